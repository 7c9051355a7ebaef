"""One table in every form: the same figures, typed, described, and the same bytes every time."""

import io
import json
import time
import zipfile
from dataclasses import replace
from decimal import Decimal

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from csvw import CSVW
from test_publication_page import example_facts, example_tables

from outputs.publication.formats.columns import codes, heading
from outputs.publication.formats.csvw import csvw_metadata
from outputs.publication.formats.parquet import arrow_schema, parquet_bytes
from outputs.publication.formats.workbook import HEADER_ROWS, NOTES_SHEET, workbook_bytes
from outputs.publication.formats.write import write_formats
from outputs.publication.tables import write_tables
from schemas.tables import TABLE_CONTRACTS, Column, ProtectedTable

#: With shares of one decimal, as they are published.
TABLES = {name: ProtectedTable(name, frame.round(1)) for name, frame in example_tables().items()}
FACTS = example_facts()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("release")
    write_tables(TABLES, place / "tables")
    write_formats(TABLES, FACTS, place)
    return place


@pytest.fixture(scope="module")
def book():
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(TABLES, FACTS)))


def every_row(frame):
    return [tuple(None if pd.isna(value) else value for value in row) for row in frame.itertuples(index=False)]


def with_region(code, name="use"):
    table = example_tables()[name]
    return {name: ProtectedTable(name, table.assign(region=table["region"].where(table.index != 0, code)))}


class TestEveryForm:
    @pytest.mark.parametrize("name", TABLES)
    def test_csvw_reads_and_validates_it_without_a_warning(self, folder, name):
        read = CSVW(str(folder / "tables" / f"{name}.csv-metadata.json"), validate=True)
        assert read.is_valid, [str(one.message) for one in read.warnings]
        rows = read.tables[0].iterdicts(strict=True)
        found = [tuple(float(one) if isinstance(one, Decimal) else one for one in row.values()) for row in rows]
        assert found == every_row(TABLES[name].frame)

    @pytest.mark.parametrize("name", TABLES)
    def test_duckdb_reads_the_parquet_as_the_table(self, folder, name):
        found = duckdb.sql(f"select * from '{folder / 'tables' / name}.parquet'").fetchall()
        assert found == every_row(TABLES[name].frame)

    @pytest.mark.parametrize("name", TABLES)
    def test_duckdb_reads_the_csv_as_the_parquet(self, folder, name):
        types = {"string": "VARCHAR", "integer": "BIGINT", "decimal": "DOUBLE"}
        columns = {one.name: types[one.datatype] for one in TABLE_CONTRACTS[name].columns}
        csv, parquet = (folder / "tables" / f"{name}.{form}" for form in ("csv", "parquet"))
        read = duckdb.sql(f"select * from read_csv('{csv}', delim=';', header=true, columns={columns})").fetchall()
        assert read == duckdb.sql(f"select * from '{parquet}'").fetchall()

    @pytest.mark.parametrize("name", TABLES)
    def test_the_workbook_holds_its_figures_as_numbers(self, folder, name):
        sheet = openpyxl.load_workbook(folder / "tables" / "stapeling-2018H1.xlsx")[name]
        rows = list(sheet.iter_rows(min_row=HEADER_ROWS + 1, values_only=True))
        assert rows == every_row(TABLES[name].frame)

    def test_the_same_tables_give_the_same_bytes_whenever_and_by_whatever_run(self, folder, tmp_path, monkeypatch):
        monkeypatch.setattr(time, "localtime", lambda *_: time.struct_time((2031, 2, 3, 4, 5, 6, 0, 34, 0)))
        write_tables(TABLES, tmp_path / "tables")
        write_formats(TABLES, replace(FACTS, release="2018H1-0002"), tmp_path)
        names = sorted(path.name for path in (folder / "tables").iterdir())
        assert names == sorted(path.name for path in (tmp_path / "tables").iterdir())
        for name in names:
            assert (folder / "tables" / name).read_bytes() == (tmp_path / "tables" / name).read_bytes(), name

    def test_only_tables_are_csv_among_the_tables(self, folder):
        assert {path.stem for path in (folder / "tables").glob("*.csv")} == set(TABLES)


class TestMetadata:
    def test_it_tells_title_licence_publisher_and_period(self):
        made = csvw_metadata(TABLE_CONTRACTS["stacking"], FACTS)
        assert made["dc:title"] == "Huishoudens naar combinatie van wetten"
        assert made["dc:temporal"] == "2018-01-01/2018-06-30"
        assert made["dc:license"]["@id"].startswith("https://creativecommons.org/")
        assert made["dc:publisher"] == {"schema:name": "Gemeente Voorbeeld"}
        assert made["tableSchema"]["primaryKey"] == ["period", "region", "combination"]

    @pytest.mark.parametrize("name", TABLE_CONTRACTS)
    def test_it_is_valid_metadata_for_every_contract(self, tmp_path, name):
        made = csvw_metadata(TABLE_CONTRACTS[name], FACTS)
        (tmp_path / f"{name}.csv-metadata.json").write_text(json.dumps(made))
        (tmp_path / f"{name}.csv").write_text(";".join(TABLE_CONTRACTS[name].names) + "\n")
        read = CSVW(str(tmp_path / f"{name}.csv-metadata.json"), validate=True)
        assert read.is_valid, [str(one.message) for one in read.warnings]

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("2018H1;GM0637;geen;", "2018-1;GM0637;geen;"),
            ("2018H1;GM0637;geen;", "2018H1;Ede;geen;"),
            ("2018H1;GM0637;geen;4", "2018H1;GM0637;geen;-4"),
            ("2018H1;GM0637;geen;4", "2018H1;GM0637;geen;x"),
            ("2018H1;GM0637;geen;", "2018H1;;geen;"),
            (";A\n", ";B\n"),
            ("2018H1;GM0637;Jeugd;", "2018H1;GM0637;geen;"),
        ],
    )
    def test_a_file_that_breaks_it_is_not_valid(self, folder, tmp_path, old, new):
        for name in ("stacking.csv", "stacking.csv-metadata.json"):
            (tmp_path / name).write_bytes((folder / "tables" / name).read_bytes())
        text = (tmp_path / "stacking.csv").read_text()
        assert old in text
        (tmp_path / "stacking.csv").write_text(text.replace(old, new, 1))
        read = CSVW(str(tmp_path / "stacking.csv-metadata.json"), validate=True)
        try:
            assert not read.is_valid
        except ValueError as error:
            assert "required" in str(error) or "duplicate" in str(error)

    def test_a_confidential_row_is_suppressed_in_the_words_of_sdmx(self):
        notes = {
            one["dc:identifier"]: one["dc:conformsTo"] for one in csvw_metadata(TABLE_CONTRACTS["use"], FACTS)["notes"]
        }
        assert notes == {
            "A": "SDMX CL_OBS_STATUS A, CL_CONF_STATUS F",
            "C": "SDMX CL_OBS_STATUS Q, CL_CONF_STATUS C",
        }
        assert csvw_metadata(TABLE_CONTRACTS["quality"], FACTS)["notes"] == []


class TestParquet:
    @pytest.mark.parametrize("name", TABLE_CONTRACTS)
    def test_its_columns_are_typed_and_described(self, name):
        contract, schema = TABLE_CONTRACTS[name], arrow_schema(TABLE_CONTRACTS[name])
        assert schema.names == contract.names
        types = {"string": pa.string(), "integer": pa.int64(), "decimal": pa.float64()}
        for column in contract.columns:
            field = schema.field(column.name)
            assert field.type == types[column.datatype]
            assert field.nullable is (column.kind == "figure")
            assert field.metadata[b"description"].decode() == column.description
            assert schema.metadata[f"description.{column.name}".encode()].decode() == column.description

    def test_the_descriptions_are_in_the_file(self):
        written = pq.read_schema(io.BytesIO(parquet_bytes(TABLES["stacking"])))
        assert written.equals(arrow_schema(TABLE_CONTRACTS["stacking"]), check_metadata=True)


class TestWorkbook:
    def test_it_starts_with_what_the_figures_are(self, book):
        assert book.sheetnames == [NOTES_SHEET, *TABLES]
        notes = dict(book[NOTES_SHEET].iter_rows(values_only=True))
        assert notes["Status C"] == "Afgeschermd, het cijfer is leeg."
        assert notes["Status A"] == "Gepubliceerd."
        assert "veelvouden van 5, van 10" in notes["Afronding"]
        assert "1.000 euro" in notes["Afronding kosten"]
        assert notes["Bron P-wet"] == "Participatiewet, artikel 7.4.1"
        assert notes["Periode"] == "Eerste halfjaar van 2018 (2018H1)"
        assert "samenloop verify" in notes["Controleren"]
        assert "verzonnen" in notes["Let op"]

    def test_real_households_are_not_called_made_up(self):
        book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(TABLES, replace(FACTS, synthetic=False))))
        assert "Let op" not in dict(book[NOTES_SHEET].iter_rows(values_only=True))

    def test_noise_is_told(self):
        book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(TABLES, replace(FACTS, noisy={"stacking": 1234}))))
        assert "1.234" in dict(book[NOTES_SHEET].iter_rows(values_only=True))["Ruis stacking"]

    @pytest.mark.parametrize("name", TABLES)
    def test_its_headers_are_dutch_bold_and_frozen_above_the_technical_names(self, book, name):
        sheet, contract = book[name], TABLE_CONTRACTS[name]
        assert [cell.value for cell in sheet[1]] == [heading(column) for column in contract.columns]
        assert all(cell.font.bold for cell in sheet[1])
        assert [cell.value for cell in sheet[2]] == contract.names
        assert sheet.freeze_panes == "A3"
        for place, column in enumerate(contract.columns):
            letter = openpyxl.utils.get_column_letter(place + 1)
            assert sheet.column_dimensions[letter].width >= len(heading(column))

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")', "#REF!", "2018-01-01"])
    def test_a_text_is_never_a_formula(self, text):
        content = workbook_bytes(with_region(text), FACTS)
        cell = openpyxl.load_workbook(io.BytesIO(content))["use"].cell(HEADER_ROWS + 1, 2)
        assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "sheet" in name)

    def test_every_cell_is_what_its_column_says(self, book):
        for name in TABLES:
            for row in book[name].iter_rows(min_row=HEADER_ROWS + 1):
                for cell, column in zip(row, TABLE_CONTRACTS[name].columns, strict=True):
                    assert cell.value is None or cell.data_type == ("s" if column.datatype == "string" else "n")

    def test_nothing_in_it_tells_when_it_was_made(self):
        content = workbook_bytes(TABLES, FACTS)
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            assert {one.date_time for one in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            core = parts.read("docProps/core.xml").decode()
        assert core.count("2018-06-30T00:00:00Z") == 2


class TestColumns:
    @pytest.mark.parametrize("name", TABLE_CONTRACTS)
    def test_the_headings_of_a_table_differ(self, name):
        found = [heading(column) for column in TABLE_CONTRACTS[name].columns]
        assert len(set(found)) == len(found)
        assert all(found)

    def test_a_column_that_is_not_known_here_is_called_by_its_description(self):
        assert heading(Column("new", "key", "string", "Soort traject")) == "Soort traject"

    @pytest.mark.parametrize("name", TABLES)
    def test_every_value_of_a_key_with_codes_is_in_its_list(self, name):
        for column in TABLE_CONTRACTS[name].columns:
            if column.kind != "figure" and codes(column):
                assert set(TABLES[name].frame[column.name]) <= set(codes(column))
