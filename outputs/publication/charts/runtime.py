"""The files that make charts interactive, and the policy under which a page may run them."""

import base64
import hashlib
from importlib.resources import files
from typing import Final

#: Libraries that ``charts.js`` loads, in this order; a publication holds them in one folder.
LIBRARIES: Final = ("vega.min.js", "vega-lite.min.js", "vega-embed.min.js")
#: What goes with the libraries into that folder.
LICENCES: Final = ("LICENSE.vega", "LICENSE.vega-lite", "LICENSE.vega-embed", "LICENSE.vega-interpreter", "README.md")


def runtime_files() -> dict[str, bytes]:
    """Gives name -> content of what a publication puts in its folder ``runtime``."""
    folder = files("outputs.publication") / "runtime"
    return {name: (folder / name).read_bytes() for name in (*LIBRARIES, *LICENCES)}


def toggle_script() -> str:
    """Gives the script that a page with charts holds in a ``script`` element, character by character."""
    return (files("outputs.publication") / "runtime" / "charts.js").read_text(encoding="utf-8")


def chart_styles() -> str:
    """Gives the style rules for charts, their button and their tooltip."""
    return (files("outputs.publication") / "runtime" / "charts.css").read_text(encoding="utf-8")


def script_source() -> str:
    """Gives the source list of ``script-src``: the one script of the page, and what that script itself loads.

    ``strict-dynamic`` is what lets the script load the libraries from a folder, where no page has an origin. No other
    script of the page runs, inside it or beside it, and nothing is evaluated from text.
    """
    digest = base64.b64encode(hashlib.sha256(toggle_script().encode()).digest()).decode()
    return f"'sha256-{digest}' 'strict-dynamic'"
