"""One command prints every reference figure of the returns beside ours."""

from end_to_end.commands import command


def test_the_command_prints_every_figure_and_none_differs(tmp_path):
    done = command(["returns", "check"], tmp_path, {})
    assert done.exit_code == 0, done.stderr
    assert "83 figures, 82 equal, 0 different" in done.stdout
    for figure in ("465880", "541", "66000", "113500", "14850"):
        assert figure in done.stdout.replace(".", "").replace(",", "")
