"""``verantwoording.json`` and ``verantwoording.html``: the same statement for machines and for readers.

The page opens from its folder, without script and without any request, in the style of the publication.
"""

import base64
import hashlib
from functools import cache
from typing import Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from outputs.accountability.checks import moment
from outputs.accountability.model import Verantwoording
from outputs.accountability.page_tables import tables_of_rules
from outputs.publication import number_format

_STYLE: Final = "verantwoording.css"
_MARKS: Final = {"voldaan": "\u2713", "niet aangetoond": "?", "niet voldaan": "\u2717"}


def render_json(statement: Verantwoording) -> str:
    """Gives ``verantwoording.json``: the model as it is, two spaces of indent, one line feed at the end."""
    return statement.model_dump_json(indent=2) + "\n"


def render_html(statement: Verantwoording) -> str:
    """Gives ``verantwoording.html``; the same statement gives the same text."""
    environment = _environment()
    # The policy of the page names the hash of its one style sheet: no other style, and no script, can take effect.
    style = environment.get_template(_STYLE).render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("verantwoording.html").render(
        made=statement,
        style_hash=f"sha256-{digest}",
        tables=tables_of_rules(statement),
        marks=_MARKS,
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("outputs.accountability"), PackageLoader("outputs.publication")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(half_year=number_format.half_year, long_date=number_format.long_date, moment=moment)
    return environment
