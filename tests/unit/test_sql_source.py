"""Tables and views of a database: one read-only moment of it, canonical cells, and no word of its driver."""

import logging
import traceback

import psutil
import pytest
import sqlalchemy as sa
from builders import GROUNDS, row
from deliver_as.tables import load_sql
from end_to_end.postgres_server import PASSWORD, postgres_server
from sqlalchemy.exc import DBAPIError

from pseudonymisation.sources.sql import SqlTable
from pseudonymisation.sources.sql_snapshot import SNAPSHOTS, read_only
from schemas.errors import RefusedDelivery, RunError
from schemas.purpose import SourceGround
from schemas.source_formats import SqlFormat

pytestmark = pytest.mark.xdist_group("postgres")

GROUND = SourceGround(law="wet", article="artikel", bsn_ground="wet", columns=("bsn", "begin", "bedrag_cent"))
MARKER = "GEHEIM123"


@pytest.fixture(scope="session")
def postgres():
    with postgres_server() as url:
        yield url


@pytest.fixture
def sqlite(tmp_path):
    return sa.URL.create("sqlite", database=str(tmp_path / "suite met spatie?.db"))


@pytest.fixture(params=["sqlite", "postgres"])
def url(request):
    return request.getfixturevalue(request.param)


def execute(url, *statements):
    engine = sa.create_engine(url)
    with engine.begin() as opened:
        for statement in statements:
            opened.execute(sa.text(statement) if isinstance(statement, str) else statement)
    engine.dispose()


def make(url, *lines, name="suite", columns="bsn text, begin date, bedrag_cent bigint"):
    table = f'"{name}"'
    values = [f"insert into {table} values {line}" for line in lines]
    views = " cascade" if url.get_backend_name() == "postgresql" else ""
    execute(url, f"drop table if exists {table}{views}", f"create table {table} ({columns})", *values)


def source(url, table="suite", rows=None, fetch_rows=10_000, ground=GROUND, **form):
    form = SqlFormat(kind="sql", connection="zorgsuite", table=table, **form)
    return SqlTable("wmo", ground, form, url, rows, fetch_rows)


def read(reader):
    reader.header()
    batches = [{name: cells.to_pylist() for name, cells in batch.items()} for batch in reader.batches()]
    names = batches[0] if batches else ()
    return {name: [cell for batch in batches for cell in batch[name]] for name in names}


def refused(reader_of, *arguments, **how):
    with pytest.raises((RefusedDelivery, RunError)) as found:
        read(reader_of(*arguments, **how))
    told = [str(found.value), repr(found.value.__cause__), *traceback.format_exception(found.value)]
    assert not {word for word in (MARKER, PASSWORD) if word in "".join(told)}
    return found.value.code


def test_typed_columns_become_canonical_text(url):
    make(url, "(' 999996770 ', '2018-02-01', 123456)", "('', null, null)")
    expected = {"bsn": ["999996770", None], "begin": ["2018-02-01", None], "bedrag_cent": ["123456", None]}
    assert read(source(url, rows=2)) == expected
    assert source(url).counts == {}


def test_typed_values_of_postgres(postgres):
    make(
        postgres,
        "(999996770, '2018-02-01 00:00', 1234.50)",
        "(999900018, '9999-12-31', -0.05)",
        columns="bsn numeric(9), begin timestamp, bedrag_cent numeric(12, 4)",
    )
    assert read(source(postgres, amounts="euros", dates="dutch")) == {
        "bsn": ["999996770", "999900018"],
        "begin": ["2018-02-01", "9999-12-31"],
        "bedrag_cent": ["123450", "-5"],
    }


def test_values_of_several_types_in_one_column_of_sqlite(sqlite):
    lines = [f"({bsn}, '01-02-2018', {amount})" for bsn, amount in (("'999996770'", 12), (999900018, "'1,50'"))]
    make(sqlite, *lines, columns="bsn, begin, bedrag_cent")
    for fetch_rows in (1, 2):
        found = read(source(sqlite, dates="dutch", amounts="euros_comma", fetch_rows=fetch_rows))
        assert found["bsn"] == ["999996770", "999900018"]
        assert found["bedrag_cent"] == ["1200", "150"]
        assert found["begin"] == ["2018-02-01"] * 2


def test_only_used_columns_leave_the_database(url):
    make(url, f"('999996770', '2018-02-01', 1, '{MARKER}')", columns="bsn text, begin date, bedrag_cent int, naam text")
    asked = []
    sa.event.listen(sa.Engine, "before_cursor_execute", lambda c, k, statement, *_: asked.append(statement))
    reader = source(url)
    assert reader.header() == GROUND.columns
    asked.clear()
    assert len(list(reader.batches())) == 1
    assert not [statement for statement in asked if "naam" in statement or "*" in statement.replace("count(*)", "")]


@pytest.mark.parametrize("name", ['a"; drop table suite; --', "a'b", "select", "Wmo Voorziening", "100%", "a:b", "a.b"])
def test_names_are_quoted(url, name):
    quoted = name.replace('"', '""').replace(":", "\\:")
    make(url, "('999996770', '2018-02-01', 1)")
    make(url, "('999996770', '2018-02-01', 1)", name=quoted, columns=f'"{quoted}" text, "Begin" date, bedrag_cent int')
    form = SqlFormat(kind="sql", connection="x", table="x", names={"bsn": (name,), "begin": ("Begin",)})
    hostile = form.model_copy(update={"table": name})
    assert read(SqlTable("wmo", GROUND, hostile, url))["bsn"] == ["999996770"]
    assert read(source(url))["bsn"] == ["999996770"]


def test_a_view_of_a_schema(postgres):
    make(postgres, "('999996770', '2018-02-01', 1)")
    execute(
        postgres,
        'create schema if not exists "Levering"',
        'create or replace view "Levering"."V" as select bsn, begin as "Ingang", bedrag_cent from suite',
    )
    assert read(source(postgres, "V", table_schema="Levering", names={"begin": ("Ingang",)}))["bsn"] == ["999996770"]
    assert refused(source, postgres, "V") == "table_unknown"


def test_one_moment_is_read_while_others_commit(url, tmp_path):
    make(url, *(f"('{n}', '2018-02-01', 1)" for n in range(100)))
    if url.get_backend_name() == "sqlite":
        execute_raw(url, "pragma journal_mode=wal")
    reader = source(url, rows=100, fetch_rows=10)
    reader.header()
    batches = reader.batches()
    seen = [*next(batches)["bsn"].to_pylist()]
    execute(url, "insert into suite select 'new', begin, 5 from suite", "delete from suite where bsn = '99'")
    seen += [cell for batch in batches for cell in batch["bsn"].to_pylist()]
    assert sorted(seen) == sorted(str(n) for n in range(100))
    assert refused(source, url, rows=100) == "wrong_row_count"


def test_two_questions_are_about_one_moment(url):
    make(url, "('1', null, 1)")
    if url.get_backend_name() == "sqlite":
        execute_raw(url, "pragma journal_mode=wal")
    with read_only(url) as connection:
        counts = [connection.exec_driver_sql("select count(*) from suite").scalar()]
        execute(url, "insert into suite values ('2', null, 1)")
        counts.append(connection.exec_driver_sql("select count(*) from suite").scalar())
    assert counts == [1, 1]


def execute_raw(url, statement):
    engine = sa.create_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as opened:
        opened.execute(sa.text(statement))
    engine.dispose()


@pytest.mark.parametrize("statement", ["insert into suite values ('1', null, 1)", "create table other (x int)"])
def test_the_connection_of_the_reader_cannot_write(url, statement):
    make(url)
    with read_only(url) as connection, pytest.raises(DBAPIError, match=r"read-?only"):
        connection.execute(sa.text(statement))
    assert read(source(url)) == {}


def test_the_query_itself_cannot_write_in_sqlite_memory():
    with read_only(sa.make_url("sqlite://")) as connection, pytest.raises(DBAPIError, match="readonly"):
        connection.execute(sa.text("create table other (x int)"))


def test_every_kind_of_database_has_one_moment_and_no_pen():
    moments = {name: one.options.get("isolation_level") for name, one in SNAPSHOTS.items()}
    assert moments == {
        "postgresql": "REPEATABLE READ",
        "sqlite": "AUTOCOMMIT",
        "mssql": "SNAPSHOT",
        "oracle": None,
    }
    assert SNAPSHOTS["postgresql"].options["postgresql_readonly"] is True
    assert SNAPSHOTS["sqlite"].statements == ("PRAGMA query_only = ON", "BEGIN")
    assert SNAPSHOTS["oracle"].statements == ("SET TRANSACTION READ ONLY",)


def test_a_lock_of_another_is_not_waited_for_without_end(postgres):
    with read_only(postgres) as connection:
        shown = [connection.exec_driver_sql(f"show {name}").scalar() for name in ("lock_timeout", "statement_timeout")]
    assert shown == ["15s", "15min"]


def test_memory_is_bounded_by_a_cursor_of_the_server(postgres):
    rows = 300_000
    execute(
        postgres,
        "create or replace view many as select rpad(n::text, 500, 'x') as bsn, date '2018-02-01' as begin, "
        f"n as bedrag_cent, repeat('x', 2000) as naam from generate_series(1, {rows}) n",
    )
    reader = source(postgres, "many", rows=rows)
    reader.header()
    process, sizes, resident = psutil.Process(), [], []
    before = process.memory_info().rss
    for batch in reader.batches():
        sizes.append(len(batch["bsn"]))
        resident.append(process.memory_info().rss - before)
    assert (sum(sizes), max(sizes)) == (rows, 10_000)
    # The used columns are 150 MB; a driver without cursor would hold them all.
    assert max(resident) < 80 << 20


@pytest.mark.parametrize(
    ("columns", "line", "code"),
    [
        ("bsn text, begin date, bedrag_cent float", "('1', null, 1.5)", "wrong_type"),
        ("bsn float, begin date, bedrag_cent int", "(1, null, 1)", "wrong_type"),
        ("bsn text, begin date", "('1', null)", "missing_column"),
        ('bsn text, begin date, bedrag_cent int, "BSN" text', "('1', null, 1, '1')", "duplicate_header"),
    ],
)
def test_a_table_that_is_off_is_refused(postgres, columns, line, code):
    make(postgres, line, columns=columns)
    assert refused(source, postgres, names={"bsn": ("bsn", "BSN")}) == code


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("timestamp", "'2018-02-01 01:00'", "wrong_type"),
        ("timestamptz", "'2018-02-01'", "wrong_type"),
        ("time", "'01:00'", "wrong_type"),
        ("text[]", f"'{{{MARKER}}}'", "wrong_type"),
        ("json", f"""'{{"x": "{MARKER}"}}'""", "wrong_type"),
        ("bytea", f"'{MARKER}'", "wrong_type"),
        ("numeric", "'NaN'", "wrong_type"),
        ("numeric", "'Infinity'", "wrong_type"),
        ("date", "'infinity'", "unreadable"),
        ("numeric", "1e40", "read"),
    ],
)
def test_a_value_that_is_no_cell_is_refused(postgres, kind, value, code):
    make(postgres, f"('1', {value}, 1)", columns=f"bsn text, begin {kind}, bedrag_cent int")
    if code == "read":
        assert read(source(postgres))["begin"] == ["1" + "0" * 40]
    else:
        assert refused(source, postgres) == code


def test_rows_that_the_database_did_not_count_are_refused(postgres):
    # A view that gives nothing the first ten times that it is asked: the count is 0, the rows are ten.
    asked = "coalesce(nullif(current_setting('view.asked', true), ''), '0')::int"
    execute(
        postgres,
        "drop view if exists unsteady",
        "create view unsteady as select n::text as bsn, null::date as begin, n as bedrag_cent "
        f"from generate_series(1, 10) n where set_config('view.asked', ({asked} + 1)::text, true)::int > 10",
    )
    assert refused(source, postgres, "unsteady") == "wrong_row_count"


def test_a_view_that_fails_half_way_is_refused_without_its_values(postgres):
    execute(
        postgres,
        "drop view if exists failing",
        "create view failing as select n::text as bsn, date '2018-02-01' as begin, "
        f"case when n = 500 then ('{MARKER}' || n)::int else n end as bedrag_cent from generate_series(1, 600) n",
    )
    assert refused(source, postgres, "failing", fetch_rows=100) == "unreadable"


def test_a_connection_that_breaks_is_refused_in_silence(postgres, caplog, capfd):
    make(postgres, *(f"('{n}', null, 1)" for n in range(100)))
    reader = source(postgres, fetch_rows=10)
    reader.header()
    batches = reader.batches()
    next(batches)
    execute(
        postgres,
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null",
    )
    with caplog.at_level(logging.WARNING), pytest.raises(RunError, match="connection_failed") as found:
        list(batches)
    assert PASSWORD not in "".join(traceback.format_exception(found.value))
    assert not caplog.text
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql+psycopg://jan:{MARKER}@127.0.0.1:1/db",
        f"sqlite:////nergens/{MARKER}.db",
        f"mssql+pyodbc://jan:{MARKER}@db",
        f"oracle+oracledb://jan:{MARKER}@db",
        f"mysql://jan:{MARKER}@db",
        f"postgresql+{MARKER.lower()}://jan:{MARKER}@db",
        f"jan {MARKER}",
        f"postgresql://jan:{MARKER}@[db:x/",
        "",
    ],
)
def test_a_database_that_cannot_be_reached_is_refused_in_silence(address):
    assert refused(source, address) == "connection_failed"


def test_no_file_is_made_where_no_database_is(tmp_path):
    assert refused(source, f"sqlite:///{tmp_path}/weg.db") == "connection_failed"
    assert not list(tmp_path.iterdir())


def test_a_table_that_is_not_there_or_not_to_be_read_is_refused(postgres, sqlite):
    make(sqlite)
    assert refused(source, sqlite, "niets") == "table_unknown"
    make(postgres)
    execute(postgres, "drop role if exists reader", "create role reader login")
    assert refused(source, postgres.set(username="reader")) == "table_unknown"
    execute(postgres, "grant select (bsn, begin, bedrag_cent) on suite to reader")
    assert refused(source, postgres, "niets") == "table_unknown"


def test_the_password_is_in_no_traceback_with_locals(postgres):
    text = postgres.render_as_string(hide_password=False)
    shown = []
    in_query = postgres.set(password=None).update_query_dict({"password": PASSWORD})
    addresses = [text, text.replace("postgres?", "weg?"), f"foo {PASSWORD}", f"mysql://jan:{PASSWORD}@x/y", in_query]
    for address in addresses:
        try:
            source(address, "niets").header()
        except (RefusedDelivery, RunError) as error:
            frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), capture_locals=True)
            shown += [frame for frame in frames if "pseudonymisation" in frame.filename]
    assert len(shown) > len(addresses)
    assert not [frame for frame in shown if PASSWORD in str(frame.locals)]
    assert repr(source(postgres)) == "SqlTable(zorgsuite, suite)"


def test_what_is_loaded_is_read_as_the_same_cells(url):
    used = GROUNDS["brp"].columns
    rows = [{**dict.fromkeys(used, ""), **row("brp"), "huisnummer": cell} for cell in ("1", "12", "9")]
    rows[1]["datum_aanvang_adres"] = "2001-02-03"
    form = load_sql(url, "brp", rows)
    found = read(SqlTable("brp", GROUNDS["brp"], form, url, 3))
    assert found == {name: [one[name] or None for one in rows] for name in used}
    engine = sa.create_engine(url)
    kinds = {column["name"]: type(column["type"]).__name__ for column in sa.inspect(engine).get_columns("brp")}
    engine.dispose()
    assert (kinds["huisnummer"], kinds["datum_aanvang_adres"]) == ("BIGINT", "DATE")
