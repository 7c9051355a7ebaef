"""An approved release in a database: one transaction, the current release in views, analysts who only read."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import traceback
import uuid
from concurrent.futures import ThreadPoolExecutor

import duckdb
import openpyxl
import pandas as pd
import pytest
import sqlalchemy as sa
import typer
from csvw import CSVW
from sqlalchemy.exc import DBAPIError, OperationalError
from typer.testing import CliRunner

from end_to_end.postgres_server import PASSWORD, postgres_server
from outputs.publication.formats.write import write_formats
from outputs.publication.page_facts import PublicationFacts, SourceFacts
from outputs.publication.release import ReleaseName, publish, write_manifest
from outputs.publication.tables import write_tables
from samenloop import published_database
from samenloop.database_commands import release_load
from samenloop.published_database import load_release
from samenloop.release_audit import audit_release
from samenloop.signatures import make_signing_key, public_key_file, sign
from schemas.disclosure_policy import DisclosurePolicy
from schemas.errors import RunError, VerificationFailed
from schemas.tables import TABLE_CONTRACTS, ProtectedTable, typed

pytestmark = pytest.mark.xdist_group("postgres")

WORDS = b"a pass phrase of the tests"


@pytest.fixture(scope="session")
def server():
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    make_signing_key(folder, "fg", WORDS)
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """An empty database of each kind."""
    if request.param == "sqlite":
        return sa.URL.create("sqlite", database=str(tmp_path / "publicatie.db"))
    return request.getfixturevalue("postgres")


@pytest.fixture
def postgres(server):
    name = f"db{uuid.uuid4().hex}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return server.set(database=name)


@pytest.fixture(autouse=True)
def no_log(monkeypatch):
    """These releases are signed but were made without a run; a whole release is loaded below."""
    monkeypatch.setattr("samenloop.releases.verify_exported", lambda _: None)


def stacking(households, period="2018H1"):
    rows = [("geen", households, 900, "A"), ("Jeugd", None, None, "C"), ("totaal", households + 5, 1000, "A")]
    columns = ["combination", "households", "per_1000", "status"]
    frame = pd.DataFrame(rows, columns=columns).assign(period=period, region="GM0637")
    return ProtectedTable("stacking", typed("stacking", frame))


def quality(period="2018H1"):
    frame = pd.DataFrame([("wmo", "bsn", 120, 99.2)], columns=["source", "method", "rows", "share_pct"])
    return ProtectedTable("quality", typed("quality", frame.assign(period=period)))


def released(root, keys, name="one", households=20, period="2018H1"):
    draft = root / "drafts" / name
    draft.mkdir(parents=True)
    write_tables({"stacking": stacking(households, period), "quality": quality(period)}, draft / "tables")
    known = ReleaseName("stapeling", period, name)
    write_manifest(draft, known)
    return publish(draft, root / "out", known, lambda content: sign(keys, "fg", content, WORDS), lambda: None)


def load(release, keys, url, role=None):
    return load_release(release, public_key_file(keys, "fg"), url.render_as_string(hide_password=False), role)


def rows(url, query):
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.exec_driver_sql(query)]
    engine.dispose()
    return found


def shown(url):
    return rows(url, "select release, households from current_stacking where combination = 'geen' order by period")


class TestLoading:
    def test_the_release_is_there_with_empty_figures_where_it_is_confidential(self, tmp_path, keys, database):
        loaded = load(released(tmp_path, keys), keys, database)
        assert loaded.rows == {"quality": 1, "stacking": 3}
        assert rows(database, "select * from current_stacking order by combination desc") == [
            ("stapeling", "one", "2018H1", "GM0637", "totaal", 25, 1000, "A"),
            ("stapeling", "one", "2018H1", "GM0637", "geen", 20, 900, "A"),
            ("stapeling", "one", "2018H1", "GM0637", "Jeugd", None, None, "C"),
        ]
        assert rows(database, "select rows, share_pct from current_quality") == [(120, 99.2)]

    def test_a_new_release_takes_the_place_of_the_former_one_of_its_period(self, tmp_path, keys, database):
        for name, households, period in (("one", 20, "2018H1"), ("other", 40, "2018H2"), ("two", 30, "2018H1")):
            load(released(tmp_path, keys, name, households, period), keys, database)
        assert shown(database) == [("two", 30), ("other", 40)]
        assert rows(database, "select release, is_current from releases order by release") == [
            ("one", False),
            ("other", True),
            ("two", True),
        ]
        assert rows(database, "select count(*) from stacking") == [(9,)]

    def test_a_release_that_is_loaded_again_is_there_once_and_current(self, tmp_path, keys, database):
        first = released(tmp_path, keys)
        for release in (first, first, released(tmp_path, keys, "two", 30), first):
            load(release, keys, database)
        assert shown(database) == [("one", 20)]
        assert rows(database, "select count(*) from stacking") == [(6,)]

    def test_another_release_of_the_same_name_is_refused(self, tmp_path, keys, database):
        load(released(tmp_path, keys), keys, database)
        with pytest.raises(RunError, match="release_differs"):
            load(released(tmp_path / "b", keys, households=30), keys, database)
        assert shown(database) == [("one", 20)]

    def test_the_link_to_the_current_release_will_do(self, tmp_path, keys, database):
        assert load(released(tmp_path, keys).with_name("current"), keys, database).name.release == "one"

    def test_a_link_that_moves_while_we_read_does_not_mix_two_releases(self, tmp_path, keys, database, monkeypatch):
        link = released(tmp_path, keys).with_name("current")
        verify = published_database.verify

        def moves(folder, public_key):
            verify(folder, public_key)
            released(tmp_path, keys, "two", 30)

        monkeypatch.setattr(published_database, "verify", moves)
        assert load(link, keys, database).name.release == "one"
        assert link.readlink().name == "two"
        assert shown(database) == [("one", 20)]

    def test_the_database_itself_refuses_a_figure_in_a_confidential_row(self, tmp_path, keys, database):
        load(released(tmp_path, keys), keys, database)
        if database.get_backend_name() == "sqlite":
            os.chmod(database.database, 0o644)  # noqa: PTH101
        engine = sa.create_engine(database)
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.exec_driver_sql("update stacking set households = 3 where status = 'C'")
        engine.dispose()


class TestRefusals:
    def test_a_draft_is_not_loaded(self, tmp_path, keys, database):
        release = released(tmp_path, keys)
        (release / "manifest.sig").unlink()
        with pytest.raises(VerificationFailed, match="signature_invalid"):
            load(release, keys, database)

    def test_an_altered_release_is_not_loaded(self, tmp_path, keys, database):
        release = released(tmp_path, keys)
        table = release / "tables" / "stacking.csv"
        table.write_text(table.read_text().replace(";20;", ";25;"))
        with pytest.raises(VerificationFailed, match="file_differs"):
            load(release, keys, database)

    @pytest.mark.parametrize("file", ["stacking", "unknown"])
    def test_a_table_without_a_contract_is_not_interpreted(self, tmp_path, keys, database, file):
        draft = tmp_path / "draft"
        (draft / "tables").mkdir(parents=True)
        (draft / "tables" / f"{file}.csv").write_text("period;households\n2018H1;GEHEIM\n")
        name = ReleaseName("stapeling", "2018H1", "one")
        write_manifest(draft, name)
        place = publish(draft, tmp_path / "out", name, lambda content: sign(keys, "fg", content, WORDS), lambda: None)
        with pytest.raises(VerificationFailed, match="release_unreadable") as refused:
            load(place, keys, database)
        assert "GEHEIM" not in "".join(traceback.format_exception(refused.value))

    @pytest.mark.parametrize(
        "url", ["sqlite://", "sqlite:///:memory:", "mysql://x@y/z", "no url", "sqlite:///a?mode=ro"]
    )
    def test_another_kind_of_database_is_refused(self, tmp_path, keys, url):
        with pytest.raises(RunError, match="database_unknown"):
            load_release(released(tmp_path, keys), public_key_file(keys, "fg"), url)

    def test_a_database_with_other_columns_is_left_alone(self, tmp_path, keys, database):
        engine = sa.create_engine(database)
        with engine.begin() as connection:
            connection.exec_driver_sql("create table stacking (other integer)")
        engine.dispose()
        with pytest.raises(RunError, match="database_differs"):
            load(released(tmp_path, keys), keys, database)
        assert rows(database, "select * from stacking") == []

    def test_nothing_of_the_driver_or_its_password_is_told(self, tmp_path, keys, server):
        nowhere = server.set(database="absent")
        with pytest.raises(RunError, match="database_failed") as failed:
            load(released(tmp_path, keys), keys, nowhere)
        told = "".join(traceback.format_exception(failed.value))
        assert PASSWORD not in told
        assert "absent" not in told


class TestHalfWay:
    def test_a_failure_leaves_the_former_release(self, tmp_path, keys, database, monkeypatch):
        load(released(tmp_path, keys), keys, database)
        insert, seen = published_database._insert, []

        def fails(connection, table, frame):
            insert(connection, table, frame)
            seen.append(shown(database))
            if table.name == "stacking":
                raise OperationalError("insert", {}, Exception("GEHEIM"))

        monkeypatch.setattr(published_database, "_insert", fails)
        with pytest.raises(RunError, match="database_failed") as failed:
            load(released(tmp_path, keys, "two", 30), keys, database)
        assert "GEHEIM" not in "".join(traceback.format_exception(failed.value))
        assert seen == [[("one", 20)]] * 2
        assert shown(database) == [("one", 20)]
        assert rows(database, "select count(*) from releases") == [(1,)]
        monkeypatch.setattr(published_database, "_insert", insert)
        load(tmp_path / "out" / "stapeling" / "2018H1" / "two", keys, database)
        assert shown(database) == [("two", 30)]
        assert not list(tmp_path.glob(".publicatie.db.*"))

    def test_a_kill_leaves_the_former_release(self, tmp_path, keys, database):
        load(released(tmp_path, keys), keys, database)
        second = released(tmp_path, keys, "two", 30)
        killed = f"""
import os, signal
from pathlib import Path
from samenloop import published_database, releases
releases.verify_exported = lambda _: None
insert = published_database._insert
def dies(connection, table, frame):
    insert(connection, table, frame)
    os.kill(os.getpid(), signal.SIGKILL)
published_database._insert = dies
url = {database.render_as_string(hide_password=False)!r}
published_database.load_release(Path({str(second)!r}), Path({str(public_key_file(keys, "fg"))!r}), url)
"""
        done = subprocess.run([sys.executable, "-c", killed], check=False, capture_output=True)
        assert done.returncode == -signal.SIGKILL
        assert shown(database) == [("one", 20)]
        load(second, keys, database)
        assert shown(database) == [("two", 30)]
        assert not list(tmp_path.glob(".publicatie.db.*"))


class TestTwoAtOnce:
    def test_both_releases_are_there_and_one_is_current(self, tmp_path, keys, database, monkeypatch):
        insert = published_database._insert

        def slowly(connection, table, frame):
            time.sleep(0.2)
            insert(connection, table, frame)

        monkeypatch.setattr(published_database, "_insert", slowly)
        both = [released(tmp_path / name, keys, name, households) for name, households in (("one", 20), ("two", 30))]
        with ThreadPoolExecutor() as loaders:
            list(loaders.map(lambda release: load(release, keys, database), both))
        assert rows(database, "select release from releases order by release") == [("one",), ("two",)]
        assert len(shown(database)) == 1


class TestAnalysts:
    ROLE = "analisten"

    def as_analyst(self, url, statement):
        engine = sa.create_engine(url)
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql(f"SET ROLE {self.ROLE}")
                found = connection.exec_driver_sql(statement)
                return found.fetchall() if found.returns_rows else None
        finally:
            engine.dispose()

    def test_they_read_the_current_release_and_change_nothing(self, tmp_path, keys, postgres):
        for name in ("one", "two"):
            load(released(tmp_path, keys, name), keys, postgres, self.ROLE)
        assert self.as_analyst(postgres, "select distinct release from current_stacking") == [("two",)]
        assert self.as_analyst(postgres, "select release from current_releases") == [("two",)]
        refused = (
            "select * from stacking",
            "select * from releases",
            "insert into stacking (release_id) values (1)",
            "update releases set is_current = false",
            "update current_releases set release = 'x'",
            "delete from stacking",
            "drop view current_stacking",
            "create table mine (x integer)",
        )
        for statement in refused:
            with pytest.raises(DBAPIError):
                self.as_analyst(postgres, statement)
        assert rows(postgres, f"select rolcanlogin from pg_roles where rolname = '{self.ROLE}'") == [(False,)]

    def test_rights_that_were_given_before_are_taken(self, tmp_path, keys, postgres):
        first = released(tmp_path, keys)
        load(first, keys, postgres, self.ROLE)
        engine = sa.create_engine(postgres)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"grant all on stacking, current_stacking to {self.ROLE}")
        engine.dispose()
        load(first, keys, postgres, self.ROLE)
        for statement in ("select * from stacking", "delete from stacking"):
            with pytest.raises(DBAPIError):
                self.as_analyst(postgres, statement)

    def test_a_role_that_can_write_all_the_same_is_refused(self, tmp_path, keys, postgres):
        load(released(tmp_path, keys), keys, postgres)
        with pytest.raises(RunError, match="role_can_write"):
            load(released(tmp_path, keys, "two"), keys, postgres, "postgres")
        assert shown(postgres) == [("one", 20)]

    @pytest.mark.parametrize("role", ["x; drop table stacking", "Analisten", "", "a" * 64, 'a"b'])
    def test_a_name_that_is_no_plain_name_is_refused(self, tmp_path, keys, postgres, role):
        with pytest.raises(RunError, match="role_invalid"):
            load(released(tmp_path, keys), keys, postgres, role)

    def test_a_sqlite_file_knows_no_roles_and_is_read_only(self, tmp_path, keys):
        file = tmp_path / "publicatie.db"
        url = sa.URL.create("sqlite", database=str(file))
        release = released(tmp_path, keys)
        with pytest.raises(RunError, match="role_invalid"):
            load(release, keys, url, self.ROLE)
        assert not file.exists()
        load(release, keys, url)
        assert file.stat().st_mode & 0o777 == 0o444
        reader = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        assert reader.execute("select count(*) from current_stacking").fetchone() == (3,)
        with pytest.raises(sqlite3.OperationalError):
            reader.execute("delete from stacking")
        reader.close()


def facts():
    """What the page of a release of the municipality of the tests would tell."""
    return PublicationFacts(
        release="one",
        purpose_id="stapeling",
        purpose_version=1,
        purpose_text="Inzicht.",
        controller_name="Gemeente Voorbeeld",
        gemeentecode="GM0637",
        fg_contact="fg@voorbeeld.nl",
        period="2018H1",
        reference_date=pd.Timestamp("2018-07-01").date(),
        sources=(SourceFacts("wmo", "Wmo", "Wmo 2015", "artikel 5", 10, 10, 0, 0, 0),),
        policy=DisclosurePolicy(threshold=10, dominance_pct=50, cost_rounding_eur=1000),
        hidden_cells={},
        synthetic=True,
    )


class TestRealRelease:
    """A release of the command line, with its log: every form gives the same figures for every table."""

    @pytest.fixture
    def no_log(self):
        """The log of this release is there and is verified."""

    @pytest.fixture
    def formats(self, release, tmp_path):
        place = tmp_path / "release"
        shutil.copytree(release.published.resolve() / "tables", place / "tables")
        write_formats(self.tables(release), facts(), place)
        return place

    def tables(self, release):
        frames = {
            path.stem: pd.read_csv(path, sep=";", dtype="string", keep_default_na=False, na_values=[""])
            for path in (release.published / "tables").glob("*.csv")
        }
        return {name: ProtectedTable(name, typed(name, frames[name])) for name in TABLE_CONTRACTS if name in frames}

    def test_every_form_gives_the_same_figures(self, municipality, release, formats, tmp_path):
        app = typer.Typer()
        app.command()(release_load)
        file = tmp_path / "publicatie.db"
        options = ["--database", f"sqlite:///{file}", "--public-key", str(municipality.home / "signing")]
        done = CliRunner().invoke(app, [str(release.published), *options])
        assert done.exit_code == 0, done.output
        book = openpyxl.load_workbook(formats / "tables" / "stapeling-2018H1.xlsx")
        tables = self.tables(release)
        assert len(tables) >= 7
        for name, table in tables.items():
            contract = TABLE_CONTRACTS[name]
            expected = [
                tuple(None if pd.isna(one) else one for one in row) for row in table.frame.itertuples(index=False)
            ]
            order = ", ".join(contract.names)
            sql = rows(sa.URL.create("sqlite", database=str(file)), f"select {order} from current_{name}")
            parquet = duckdb.sql(f"select * from '{formats / 'tables' / name}.parquet'").fetchall()
            read = CSVW(str(formats / "tables" / f"{name}.csv-metadata.json"), validate=True)
            assert read.is_valid, [str(one.message) for one in read.warnings]
            decimals = {one.name for one in contract.columns if one.datatype == "decimal"}
            csvw = [
                tuple(float(value) if key in decimals and value is not None else value for key, value in row.items())
                for row in read.tables[0].iterdicts(strict=True)
            ]
            sheet = list(book[name].iter_rows(min_row=3, values_only=True))
            assert parquet == csvw == sheet == expected, name
            assert sorted(sql, key=repr) == sorted(expected, key=repr), name

    def test_the_other_forms_do_not_disturb_the_audit(self, release, formats, municipality, monkeypatch, tmp_path):
        monkeypatch.setenv("SAMENLOOP_HOME", str(tmp_path / "nobody"))
        whole = tmp_path / "whole"
        shutil.copytree(release.published.resolve(), whole)
        shutil.copytree(formats, whole, dirs_exist_ok=True)
        assert audit_release(whole, tmp_path, None) == audit_release(release.published.resolve(), tmp_path, None)
