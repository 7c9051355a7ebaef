"""The example purposes are whole, differ where they must, and each DPIA covers its own scope."""

from pathlib import Path

import pytest

from samenloop.purposes import dpia_scope_sha256, read_purpose

PURPOSES = Path(__file__).parent.parent.parent / "purposes"


@pytest.mark.parametrize(
    ("name", "scope", "veiligheid", "by_command"),
    [
        ("stapeling", "release", False, True),
        ("monitoring", "purpose", False, False),
        ("effect", "purpose", False, False),
        ("stapeling-veiligheid", "release", True, False),
    ],
)
def test_example_purpose(name, scope, veiligheid, by_command):
    config = read_purpose(PURPOSES / f"{name}.yaml").config
    assert config.id == name
    assert config.pseudonym_scope == scope
    assert ("veiligheid" in config.sources) is veiligheid
    assert (config.legal_ground.avg_10 is not None) is veiligheid
    assert config.approval.by_command is by_command
    assert config.dpia.covers_sha256 == dpia_scope_sha256(config)
