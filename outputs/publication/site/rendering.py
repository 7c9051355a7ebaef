"""A page as text: its frame, its style, and a policy that lets nothing else take effect.

The policy names the hash of the one style sheet and of the one script, if the page has any; nothing is requested.
"""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from outputs.publication.charts.runtime import chart_styles
from outputs.publication.page_facts import PublicationFacts
from outputs.publication.site.words import Language, Words, sentence

_STYLE_FILES: Final = ("styles/tokens.css", "templates/page.css", "styles/site.css")
LANGUAGE_NAMES: Final[dict[Language, str]] = {"nl": "Nederlands", "en": "English"}


@dataclass(frozen=True)
class NavItem:
    """A link of the navigation; ``current`` on its own page."""

    title: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class Frame:
    """What is around the content of a page.

    Attributes:
        words: of the language of the page.
        title: heading of the page.
        nav: pages of the site.
        missing: titles of pages that this release lacks.
        other: language and address of the same page in the other language; none for a page that stands alone.
        root: address of the folder of the release.
        index: whether this is the overview.
        facts: of the release; none for a page that is about no release.
    """

    words: Words
    title: str
    nav: tuple[NavItem, ...] = ()
    missing: tuple[str, ...] = ()
    other: tuple[Language, str] | None = None
    root: str = ""
    index: bool = False
    facts: PublicationFacts | None = None


@dataclass(frozen=True)
class Script:
    """The one script of a page, and what its policy names as its source."""

    text: str
    source: str


def script_of(text: str) -> Script:
    """Gives a script that is allowed by its own hash."""
    return Script(text, f"'{_hash(text)}'")


def render(frame: Frame, template: str, script: Script | None = None, **content: Any) -> str:
    """Gives a page as text.

    Args:
        frame: what is around it.
        template: in the package's ``templates``.
        script: its one script; it only adds ease, all content is there without.
        **content: what the template asks for.

    Raises:
        jinja2.UndefinedError: the template asks for content that is not given.
    """
    allowed = f"style-src '{_hash(style())}'" + (f"; script-src {script.source}" if script else "")
    return (
        _environment()
        .get_template(template)
        .render(
            frame=frame,
            t=frame.words,
            facts=frame.facts,
            root=frame.root,
            style=style(),
            script=script.text if script else "",
            policy=f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'",
            language_names=LANGUAGE_NAMES,
            **content,
        )
    )


@cache
def style() -> str:
    """Gives the style sheet of every page."""
    found = (files("outputs.publication").joinpath(name).read_text(encoding="utf-8") for name in _STYLE_FILES)
    return "".join([*found, chart_styles()])


def shipped_script(name: str) -> str:
    """Gives the text of a script of this package."""
    return files("outputs.publication.site").joinpath(name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("outputs.publication"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["sentence"] = sentence
    return environment


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
