"""Every name that GLOSSARY.md gives exists."""

import importlib
import re
from pathlib import Path

import pytest

GLOSSARY = Path(__file__).parent.parent.parent / "GLOSSARY.md"
ROWS = [line for line in GLOSSARY.read_text().splitlines() if line.startswith("| ")][1:]


def test_the_glossary_has_rows_with_a_source_and_a_name():
    assert len(ROWS) > 25
    assert all(re.fullmatch(r"\| [^|]+ \| [^|]+ \| [^|]+ \| `[\w.]+:\w+` \|", row) for row in ROWS)


@pytest.mark.parametrize("name", re.findall(r"`([\w.]+:\w+)`", "\n".join(ROWS)))
def test_the_name_exists(name):
    module, attribute = name.split(":")
    assert hasattr(importlib.import_module(module), attribute)
