"""One command prints every reference figure beside ours: those on returns, and those on households."""

import pytest

from end_to_end.commands import begin, command


def test_a_release_is_checked_from_its_published_tables(release, municipality, tmp_path):
    done = command(["returns", "check", "--release", release.published], tmp_path, municipality.environment)
    assert done.exit_code == 0, done.stderr
    assert "90 figures" in done.stdout
    assert "0 different" in done.stdout
    for figure in ("465880", "541", "66000", "113500", "14850", "Jeugd+P-wet+Wmo, Zoetermeer 2018H1"):
        assert figure in done.stdout


def test_a_release_of_another_size_is_not_the_register_count(release, municipality, tmp_path):
    words = ["returns", "check", "--release", release.published, "--against", "register"]
    done = command(words, tmp_path, municipality.environment)
    assert done.exit_code == 6
    assert done.stderr.startswith("refused: figures_differ: 4 of 87 reference figures differ")


@pytest.mark.slow
def test_synthetic_municipalities_give_every_published_figure_back(tmp_path):
    done = begin(["returns", "check"], tmp_path, {}).ended(timeout=400)
    assert done.exit_code == 0, done.stderr
    # One figure on returns, and three published counts, may be apart by rounding.
    assert "108 figures" in done.stdout
    assert "0 different" in done.stdout
    for line in done.stdout.splitlines():
        if "stapeling" in line:
            assert "gelijk" in line
    assert [path for path in (tmp_path / "temp").iterdir() if path.name.startswith("samenloop-check-")] == []
