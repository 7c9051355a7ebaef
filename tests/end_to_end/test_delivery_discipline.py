"""One delivery after another: repeated, under a used id, older, from tomorrow, far from the one before; and repairs."""

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from end_to_end.deliveries import changed_manifest, copied, rewritten
from end_to_end.municipality import Municipality, Place, snapshot
from samenloop.purposes import dpia_scope_sha256
from schemas.purpose import PurposeConfig

LIMITS = {"quarantine_pct": 5, "rows_change_pct": 30, "linked_change_points": 10}


@pytest.fixture(scope="module")
def limited(municipality, tmp_path_factory) -> Municipality:
    """The municipality under a purpose with limits for the source wmo."""
    folder = tmp_path_factory.mktemp("limited")
    shutil.copytree(municipality.home, folder / "home")
    content = yaml.safe_load(municipality.purpose.read_text())
    content["sources"]["wmo"]["limits"] = LIMITS
    content["version"] += 1
    content["dpia"]["covers_sha256"] = dpia_scope_sha256(PurposeConfig.model_validate(content))
    (folder / "purpose.yaml").write_text(yaml.safe_dump(content))
    made = replace(municipality, home=folder / "home", purpose=folder / "purpose.yaml")
    done = made.command(Place(folder), "purpose", "sign", made.purpose)
    assert done.exit_code == 0, done.stderr
    return made


@pytest.fixture(scope="module")
def place(limited, tmp_path_factory) -> Place:
    """Folders in which one delivery was processed and approved."""
    made = Place(tmp_path_factory.mktemp("place") / "run")
    assert limited.run(made, "--approve").exit_code == 0
    return made


def delivered(limited: Municipality, folder: Path, change=None) -> Municipality:
    delivery = copied(limited.delivery, folder / "delivery")
    if change:
        changed_manifest(delivery, change)
    return replace(limited, delivery=delivery)


def log_of(made: Municipality, place: Place) -> list[dict]:
    return [json.loads(line) for line in made.command(place, "log", "show", "--work", place.work).stdout.splitlines()]


def refused(made: Municipality, place: Place, code: str) -> str:
    """Runs, sees the refusal, and that nothing published or drafted has changed."""
    former, drafts = snapshot(place.out), place.drafts
    done = made.run(place, "--approve")
    assert done.exit_code == 4, done
    assert done.stderr.startswith(f"refused: {code}: ")
    assert done.stderr.count("\n") == 1
    assert snapshot(place.out) == former
    assert place.drafts == drafts
    return done.stderr


def test_a_delivery_that_was_processed_is_left_as_it_is(limited, place):
    before, logged = snapshot(place.root), log_of(limited, place)
    done = limited.run(place, "--approve", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["repeated"], told["approved"]) == (0, True, True)
    assert log_of(limited, place) == logged
    assert {name: content for name, content in before.items() if "/log" not in name}.items() <= snapshot(
        place.root
    ).items()
    assert "processed before" in limited.run(place).stdout


def test_an_id_means_one_content(limited, place, tmp_path):
    made = delivered(limited, tmp_path, lambda one: one.update(delivery_id=one["delivery_id"].rsplit("-", 1)[0]))
    rewritten(made.delivery, "rmc", lambda lines: [lines[0], *reversed(lines[1:])])
    refused(made, place, "delivery_id_reused")


def test_an_older_frame_does_not_take_the_place_of_a_newer_one(limited, place, tmp_path):
    refused(delivered(limited, tmp_path, lambda one: one.update(reference_date="2018-06-30")), place, "older_delivery")


@pytest.mark.parametrize(
    ("reference_date", "code"),
    [
        ((datetime.now(UTC).date() + timedelta(days=2)).isoformat(), "reference_date_in_future"),
        ("2017-12-31", "reference_date_outside"),
        ("2019-08-01", "reference_date_outside"),
    ],
)
def test_a_frame_is_of_about_the_half_year(limited, tmp_path, reference_date, code):
    place = Place(tmp_path / "run")
    refused(delivered(limited, tmp_path, lambda one: one.update(reference_date=reference_date)), place, code)


def test_far_fewer_rows_are_held_until_somebody_accepts_them_by_name(limited, place, tmp_path):
    def halved(lines: list[str]) -> list[str]:
        return lines[: 1 + len(lines) // 2]

    made = delivered(limited, tmp_path)
    rewritten(made.delivery, "wmo", halved)
    rows = len((made.delivery / "wmo.csv").read_text().splitlines()) - 1
    changed_manifest(made.delivery, lambda one: one["files"]["wmo"].update(rows=rows))
    line = refused(made, place, "volume_jump")
    assert f"wmo: {rows} rows" in line
    name = json.loads((made.delivery / "levering.json").read_text())["delivery_id"]
    assert f"samenloop delivery accept {name}" in line
    apart = Place(tmp_path / "apart")
    shutil.copytree(place.root, apart.root, symlinks=True)
    shutil.copytree(limited.home, tmp_path / "home")
    accepting = replace(made, home=tmp_path / "home")
    assert accepting.command(apart, "delivery", "accept", name, "--work", apart.work).exit_code == 0
    # What was accepted is this delivery and no other of its name.
    sound = (made.delivery / "levering.json").read_text()
    changed_manifest(made.delivery, lambda one: one.update(reference_date="2018-07-02"))
    assert "volume_jump" in accepting.run(apart).stderr
    (made.delivery / "levering.json").write_text(sound)
    assert accepting.command(apart, "delivery", "accept", name, "--work", apart.work).exit_code == 0
    assert "volume_jump" in accepting.run(apart).stderr
    assert accepting.command(apart, "delivery", "accept", name, "--work", apart.work).exit_code == 0
    done = accepting.run(apart)
    assert done.exit_code == 0, done.stderr
    opened = [one for one in log_of(accepting, apart) if one["step"] == "open"][-1]
    assert opened["counts"]["jumps_accepted"] == 1


def test_a_rejected_draft_rules_no_delivery_after_it(limited, tmp_path):
    apart = Place(tmp_path / "run")
    late = delivered(limited, tmp_path / "late", lambda one: one.update(reference_date="2018-08-01"))
    assert late.run(apart).exit_code == 0
    refused(limited, apart, "older_delivery")
    assert late.command(apart, "release", "reject", apart.drafts[0].name, "--work", apart.work).exit_code == 0
    done = limited.run(apart)
    assert done.exit_code == 0, done.stderr


def test_a_processed_delivery_is_read_again_for_its_owners(limited, place, owner, tmp_path):
    shutil.copytree(owner, tmp_path / "owners")
    (tmp_path / "owners" / "rmc" / "certificate.pem").unlink()
    done = limited.run(place, "--repair-report", str(tmp_path / "owners"))
    assert done.stderr.startswith("failed: certificate_unusable: rmc: ")


def test_a_damaged_draft_is_made_again(limited, tmp_path):
    apart = Place(tmp_path / "run")
    assert limited.run(apart).exit_code == 0
    (apart.drafts[0] / "tables" / "stacking.csv").unlink()
    done = limited.run(apart, "--approve")
    assert done.exit_code == 0, done.stderr
    assert (apart.published / "tables" / "stacking.csv").is_file()


def test_a_share_of_linked_rows_that_fell_is_held(limited, place, tmp_path):
    def strangers(lines: list[str]) -> list[str]:
        """A third of the rows is of nobody: no BSN, no address that anybody lives at."""
        columns = lines[0].split(";")
        blank = {
            columns.index(name) for name in ("bsn", "postcode", "huisnummer", "huisletter", "huisnummertoevoeging")
        }
        empty = [";".join("" if n in blank else cell for n, cell in enumerate(row.split(";"))) for row in lines[1::3]]
        return [lines[0], *empty, *lines[2::3], *lines[3::3]]

    made = delivered(limited, tmp_path)
    rewritten(made.delivery, "wmo", strangers)
    assert "wmo: the linked share moved -" in refused(made, place, "match_rate_jump")


def broken_dates(every: int):
    def broken(lines: list[str]) -> list[str]:
        begin = lines[0].split(";").index("begin")

        def with_a_broken_date(row: str) -> str:
            cells = row.split(";")
            return ";".join([*cells[:begin], "gisteren", *cells[begin + 1 :]])

        return [lines[0], *(with_a_broken_date(row) if n % every == 0 else row for n, row in enumerate(lines[1:]))]

    return broken


@pytest.fixture(scope="module")
def owner(tmp_path_factory) -> Path:
    """A folder per source with the certificate of its owner, and the private key beside it."""
    folder = tmp_path_factory.mktemp("owners")
    for source in ("brp", "jeugd", "wmo", "pwet", "shv", "rmc"):
        (folder / source).mkdir()
        files = ["-keyout", folder / source / "key.pem", "-out", folder / source / "certificate.pem"]
        words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", f"/CN={source}"]
        subprocess.run([*words, *files], check=True, capture_output=True)
    return folder


def test_too_many_unreadable_rows_are_refused_and_their_owner_alone_learns_which(limited, place, owner, tmp_path):
    made = delivered(limited, tmp_path)
    rewritten(made.delivery, "wmo", broken_dates(every=10))
    former = snapshot(place.out)
    done = made.run(place, "--repair-report", str(owner))
    assert done.exit_code == 4
    assert done.stderr.startswith("refused: quarantine_limit: wmo: ")
    assert snapshot(place.out) == former
    reports = {source.name: list(source.glob("*.p7m")) for source in owner.iterdir()}
    (report,) = reports["wmo"]
    assert b"begin" not in report.read_bytes()
    words = ["openssl", "cms", "-decrypt", "-inform", "DER", "-in", report, "-inkey", owner / "wmo" / "key.pem"]
    opened = subprocess.run(words, check=True, capture_output=True).stdout.decode()
    header, *rows = opened.splitlines()
    read = len((made.delivery / "wmo.csv").read_text().splitlines()) - 1
    assert header == "row;reason"
    objected = set(range(1, read + 1, 10)) - {int(row.split(";")[0]) for row in rows}
    assert len(objected) < 5
    assert {row for row in rows if row.endswith(";begin:date")} == {
        f"{number};begin:date" for number in range(1, read + 1, 10) if number not in objected
    }
    other = ["openssl", "cms", "-decrypt", "-inform", "DER", "-in", report, "-inkey", owner / "pwet" / "key.pem"]
    assert b"begin:date" not in subprocess.run(other, check=False, capture_output=True).stdout


def test_few_unreadable_rows_are_told_in_a_table_of_reasons(limited, tmp_path):
    made, place = delivered(limited, tmp_path), Place(tmp_path / "run")
    rewritten(made.delivery, "wmo", broken_dates(every=40))
    done = made.run(place)
    assert done.exit_code == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines() if "quarantined" in line and "begin:date" in line]
    told = {line[1]: int(line[7]) for line in lines}
    assert told["wmo"] >= 5
    assert "gisteren" not in done.stdout


def test_without_the_key_of_every_owner_nothing_is_read(limited, owner, tmp_path):
    shutil.copytree(owner, tmp_path / "owners")
    (tmp_path / "owners" / "rmc" / "certificate.pem").unlink()
    place = Place(tmp_path / "run")
    done = delivered(limited, tmp_path).run(place, "--repair-report", str(tmp_path / "owners"))
    assert done.exit_code == 1
    assert done.stderr.startswith("failed: certificate_unusable: rmc: ")
    assert not list(place.work.glob("artefacts/*"))


def test_what_is_no_delivery_id_is_not_accepted(limited, place):
    done = limited.command(place, "delivery", "accept", "../../elsewhere", "--work", place.work)
    assert done.exit_code == 1
    assert "nothing_held" in done.stderr
