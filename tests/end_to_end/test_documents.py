"""A privacy officer's and an auditor's first hour, and the page on keys: every command as it stands there."""

import pytest

from end_to_end.documents import run_blocks

SAID = {
    "keys.md": ["destroyed stapeling 2018H1 1"],
    "fg.md": [
        "# Waarvoor gegevens worden gekoppeld: stapeling, versie 1",
        "stapeling:1: no problems",
        "stapeling:1: signed by controller and fg",
        "verantwoording.html",
        "every step kept to stapeling:1, signed by controller and fg",
        "Rejected: 2018h1-",
        "bron Wmo, verwerking 2018h1-",
        "records in logboek.vng.jsonl",
        '"counts":{"keys_destroyed":1}',
    ],
    "auditor.md": [
        "files are as signed",
        "every step kept to stapeling:1, signed by controller and fg",
        "entries are as signed and witnessed",
        "Signature Verified Successfully",
        "files match",
        "8 Rechten van betrokkenen -> voldaan",
        "received,",
        '"counts":{"keys_destroyed":1}',
        '"purpose":"avg-15-inzage:1"',
    ],
}


@pytest.mark.parametrize("page", SAID)
def test_every_command_of_the_page_runs(tmp_path, page):
    done = run_blocks(page, tmp_path)
    assert done.returncode == 0, done.stderr
    assert [words for words in SAID[page] if words not in done.stdout] == []
    deliveries = [path for path in tmp_path.rglob("wmo.csv") if path.parent.name != "tables"]
    numbers = [path.read_text().splitlines()[1].split(";")[0] for path in deliveries]
    assert [len(number) for number in numbers] == [9]
    assert numbers[0] not in done.stdout + done.stderr
