"""Examples computed by hand, and properties that hold for every municipality."""

import tempfile
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.clear_text import reference_tables
from reference.messy_frame import Messiness
from reference.small_municipality import COLUMNS, DOMAINS, Delivery, Recipe, build, municipalities, write_delivery

ANNA, BO, CEM, DEE, EVA = "999900006", "999900018", "999900031", "999900043", "999900055"
AMOUNT_H1 = {"bedrag_begin": "2018-01-01", "bedrag_einde": "2018-06-30"}
Row = dict[str, str]


def tables(folder: Path, **rows: list[Row]) -> dict[str, pd.DataFrame]:
    everything: Delivery = {source: rows.get(source, []) for source in COLUMNS}
    return reference_tables(write_delivery(folder, everything), "2018H1", DOMAINS)


def stands(bsn: str, number: str, dwelling: str = "", buurt: str = "BU06370101", **more: str) -> Row:
    identity = {"bsn": bsn, "nummeraanduiding_id": dwelling and f"06372{dwelling:0>11}"}
    return {**identity, "postcode": "2711AA", "huisnummer": number, "buurtcode": buurt, **more}


def care(bsn: str, **more: str) -> Row:
    return {"bsn": bsn, "aanbieder": "Z1", "begin": "2018-03-01", **more}


def figures(table: pd.DataFrame, figure: str, **keys: object) -> dict[object, object]:
    """Gives the figures other than 0 and NA of the chosen rows by the first key that is left."""
    for key, value in keys.items():
        table = table[table[key] == value].drop(columns=key)
    return {key: value for key, value in zip(table.iloc[:, 0], table[figure], strict=True) if pd.notna(value) and value}


def accounts(found: dict[str, pd.DataFrame], source: str) -> dict[object, object]:
    return figures(found["accounts"], "rows", source=source)


def total_cost(found: dict[str, pd.DataFrame]) -> dict[object, object]:
    return figures(found["costs"], "cost_cent", region="GM0637", combination="totaal")


def test_persons_of_one_dwelling_stack_their_laws(tmp_path: Path) -> None:
    found = tables(
        tmp_path,
        brp=[stands(ANNA, "1", "1"), stands(BO, "1", "1"), stands(CEM, "2", "2"), stands(DEE, "3", "3", "BU06370202")],
        jeugd=[care(BO, bedrag_cent="10000", **AMOUNT_H1), care(BO, aanbieder="z1 ", einde="2018-03-02")],
        wmo=[care(ANNA, aanbieder="Z2", bedrag_cent="-2000", **AMOUNT_H1), care(CEM, bedrag_cent="500", **AMOUNT_H1)],
        shv=[{"bsn": CEM, "fase": "nazorg", "begin": "2017-01-01"}],
    )
    assert figures(found["stacking"], "households", region="GM0637") == {
        "geen": 1,
        "Wmo": 1,
        "Jeugd+Wmo": 1,
        "totaal": 3,
    }
    assert figures(found["stacking"], "per_1000", region="BU06370101") == {"Wmo": 500, "Jeugd+Wmo": 500, "totaal": 1000}
    assert figures(found["dimensions"], "households", region="WK063701") == {"2D": 2, "totaal": 2}
    assert figures(found["use"], "multiple_pct", region="GM0637") == {"Jeugd": 100, "Wmo": 50, "SHV": 100}
    assert total_cost(found) == {"Jeugd": 10000, "Wmo": -1500, "totaal": 8500}
    assert figures(found["providers"], "households", region="GM0637") == {"0": 1, "1": 1, "2": 1, "totaal": 3}


def test_concentration_counts_costs_below_zero_as_nothing(tmp_path: Path) -> None:
    amounts = {ANNA: "900", BO: "95", CEM: "5", DEE: "-400"}
    found = tables(
        tmp_path,
        brp=[stands(bsn, str(place), str(place)) for place, bsn in enumerate([*amounts, EVA], start=1)],
        wmo=[care(bsn, bedrag_cent=amount, **AMOUNT_H1) for bsn, amount in amounts.items()],
    )
    shares = found["concentration"].query("region == 'GM0637' and top_pct == 20").set_index("denominator")
    assert shares["households"].to_dict() == {"huishoudens": 1, "clienthuishoudens": 1}
    assert shares["cost_share_pct"].to_dict() == {"huishoudens": 90, "clienthuishoudens": 90}


@pytest.mark.parametrize(("amount", "cost"), [("1", 1), ("-1", -1), ("3", 2), ("-3", -2), ("0", 0)])
def test_half_a_cent_is_rounded_away_from_zero(tmp_path: Path, amount: str, cost: int) -> None:
    straddling = {"bedrag_cent": amount, "bedrag_begin": "2017-12-31", "bedrag_einde": "2018-01-01"}
    found = tables(tmp_path, brp=[stands(ANNA, "1")], jeugd=[care(ANNA, **straddling)])
    assert total_cost(found) == ({"Jeugd": cost, "totaal": cost} if cost else {})


def test_a_dwelling_without_id_joins_the_only_id_at_its_address(tmp_path: Path) -> None:
    found = tables(
        tmp_path,
        brp=[
            stands(ANNA, "1", "1", buurt="BU06370202"),
            stands(BO, "01", huisletter="", buurt="BU06370101"),
            stands(CEM, "1-A", buurt=""),
            stands(DEE, "7", "5", buurt=""),
            stands(EVA, "7", "6", soort_adres="briefadres", institutioneel="J"),
        ],
    )
    assert figures(found["stacking"], "households", combination="totaal") == {
        "BU06370101": 1,
        "BU06379999": 2,
        "GM0637": 3,
        "WK063701": 1,
        "WK063799": 2,
    }
    assert figures(found["frame"], "persons") == {"briefadres": 1, "member": 4}


def test_the_latest_row_of_a_person_counts(tmp_path: Path) -> None:
    moved = [
        stands(ANNA, "1", "1", buurt="BU06370101"),
        stands("9999.00.006", "2", "2", buurt="BU06370102", datum_aanvang_adres="2018-01-01"),
        stands(ANNA, "3", "3", buurt="BU06370201", datum_aanvang_adres="2017-01-01"),
        stands(ANNA, "4", "4", buurt="BU06370202", datum_aanvang_adres="1-2-2018"),
    ]
    found = tables(tmp_path, brp=moved)
    assert figures(found["stacking"], "households", combination="totaal").keys() == {"BU06370102", "WK063701", "GM0637"}
    assert accounts(found, "brp") == {
        "received": 4,
        "used": 1,
        "excluded:duplicate": 2,
        "quarantined:datum_aanvang_adres:date": 1,
    }


def test_of_equal_dates_a_private_home_in_the_first_buurt_counts(tmp_path: Path) -> None:
    since = {"datum_aanvang_adres": "2018-01-01"}
    found = tables(
        tmp_path,
        brp=[
            stands(ANNA, "1", "1", "BU06370101", soort_adres="briefadres", **since),
            stands(ANNA, "2", "2", "BU06370102", institutioneel="J", **since),
            stands(ANNA, "3", "3", "", **since),
            stands(ANNA, "4", "4", "BU06370202", **since),
            stands(ANNA, "5", "5", "BU06370201", **since),
        ],
    )
    assert figures(found["stacking"], "households", combination="totaal").keys() == {"BU06370201", "WK063702", "GM0637"}


def test_every_way_to_link_a_record(tmp_path: Path) -> None:
    def at(number: str, letter: str = "") -> Row:
        return {"postcode": "2711 aa", "huisnummer": number, "huisletter": letter}

    brp = [
        stands(ANNA, "1", "1"),
        stands(BO, "2", "2", huisletter="A"),
        stands(CEM, "3", "3"),
        stands(DEE, "3", "4"),
        stands(EVA, "9", institutioneel="J"),
    ]
    jeugd = [
        care(ANNA),
        care("", **at("001")),
        care("999999999", **at("2 a")),
        care("onbekend", **at("2")),
        care("", **at("2", "B")),
        care("", **at("3")),
        care("", **at("0")),
        care(EVA, **at("1")),
        care("999900067", **at("1")),
    ]
    found = tables(tmp_path, brp=brp, jeugd=jeugd)
    assert figures(found["quality"], "rows", source="jeugd") == {"bsn": 1, "address": 2, "excluded": 1, "unmatched": 5}
    reasons = {"suffix_missing", "address_unknown", "address_ambiguous", "no_identifier", "not_in_frame"}
    assert figures(found["unmatched"], "rows", source="jeugd") == dict.fromkeys(reasons, 1)


def test_an_objection_removes_a_person_everywhere_and_a_partner_from_the_row(tmp_path: Path) -> None:
    benefit = {"regeling": "P-wet", "begin": "2018-01-01"}
    found = tables(
        tmp_path,
        brp=[stands(ANNA, "1", "1"), stands(BO, "2", "2")],
        pwet=[{"bsn": BO, "begin": "?"}, {"bsn": CEM, "bsn_partner": ANNA, **benefit}, {"bsn": ANNA, **benefit}],
        rmc=[{"soort_nummer": "OWNR", "nummer": BO, "begin": "2018-01-01", "soort": "vsv", "status": "Ingetrokken"}],
        bezwaar=[{"bsn": "9999 00 018"}],
    )
    assert accounts(found, "brp") == {"received": 2, "used": 1, "objected": 1}
    assert accounts(found, "pwet") == {"received": 3, "used": 2, "objected": 1}
    assert accounts(found, "rmc") == {"received": 1, "excluded:withdrawn": 1}
    assert figures(found["quality"], "rows", source="pwet") == {"bsn": 2}
    without = tables(
        tmp_path / "2",
        brp=[stands(CEM, "1")],
        bezwaar=[{"bsn": ANNA}],
        pwet=[{"bsn": "", "bsn_partner": ANNA, "postcode": "2711AA", "huisnummer": "1", **benefit}],
    )
    assert figures(without["quality"], "rows", source="pwet") == {"address": 1}


def test_the_first_reason_counts_and_equal_rows_count_once(tmp_path: Path) -> None:
    late = {"begin": "2018-07-01", "bedrag_cent": "100"}
    found = tables(
        tmp_path,
        brp=[stands(ANNA, "1")],
        shv=[
            {"bsn": ANNA, "begin": "2018-01-01", "fase": "Nazorg", "bedrag_cent": "5,00"},
            {"bsn": ANNA, "begin": "2018-01-01", "fase": "intake"},
            {"bsn": ANNA, "fase": "oplossing", **late, "bedrag_begin": "2018-06-30", "bedrag_einde": "2018-07-01"},
            {"bsn": ANNA, "fase": "oplossing", **late, "bedrag_begin": "2018-07-01", "bedrag_einde": "2018-07-02"},
        ],
        wmo=[care(ANNA, geboortedatum="1980-01-01"), care(f" {ANNA}", aanbieder="z1"), care(ANNA, einde="9999-12-31")],
    )
    assert accounts(found, "shv") == {
        "received": 4,
        "quarantined:bedrag_cent:integer": 1,
        "excluded:before_admission": 1,
        "excluded:outside_period": 1,
        "used": 1,
    }
    assert accounts(found, "wmo") == {"received": 3, "used": 2, "excluded:duplicate": 1}
    assert total_cost(found) == {"SHV": 50, "totaal": 50}
    assert figures(found["use"], "households", region="GM0637") == {"Wmo": 1}


def test_an_unreadable_objection_refuses_the_delivery(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="bezwaar"):
        tables(tmp_path, brp=[stands(ANNA, "1")], bezwaar=[{"bsn": "999900007"}])


@settings(max_examples=15, deadline=None)
@given(rows=municipalities(), rng=st.randoms(use_true_random=False))
def test_row_order_changes_nothing_and_every_row_is_accounted_for(rows: Delivery, rng: Random) -> None:
    shuffled = {source: rng.sample(source_rows, len(source_rows)) for source, source_rows in rows.items()}
    with tempfile.TemporaryDirectory() as folder:
        found = reference_tables(write_delivery(Path(folder, "a"), rows), "2018H1", DOMAINS)
        again = reference_tables(write_delivery(Path(folder, "b"), shuffled), "2018H1", DOMAINS)
    for name, table in found.items():
        pd.testing.assert_frame_equal(table, again[name])
    received = found["accounts"]["outcome"] == "received"
    placed = found["accounts"][~received].groupby("source")["rows"].sum()
    assert placed.to_dict() == {source: len(source_rows) for source, source_rows in rows.items() if source_rows}
    parts = found["stacking"].query("combination != 'totaal'").groupby("region")["households"].sum()
    assert parts.to_dict() == figures(found["stacking"], "households", combination="totaal")


def test_without_mess_everything_is_linked_on_bsn(tmp_path: Path) -> None:
    rows = build(Recipe(seed=1, households=20, records=1.0, mess=Messiness()))
    found = reference_tables(write_delivery(tmp_path, rows), "2018H1", DOMAINS)
    assert set(found["quality"]["method"]) <= {"bsn"}
    assert set(found["frame"]["rule"]) == {"member"}
