"""Pages beside the page of a publication: in its style, without script or request; same content, same text."""

import base64
import hashlib
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

_STYLE_FILE: Final = "page.css"


def rendered(template: str, **content: Any) -> str:
    """Gives a page from a template of this package; what the page may load is its own style sheet alone.

    Raises:
        jinja2.UndefinedError: the template asks for content that is not given.
    """
    environment = Environment(
        loader=PackageLoader("outputs.publication"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = environment.get_template(_STYLE_FILE).render()
    style_hash = "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template(template).render(style_hash=style_hash, **content)
