"""The figures that come with the product, and those of a municipality in the same form: read strictly or refused."""

import csv
from collections.abc import Hashable, Sequence
from importlib.resources import files
from io import StringIO
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from schemas.errors import RunError

Model = TypeVar("Model", bound=BaseModel)


class _OnceLoader(yaml.SafeLoader):
    """Refuses a key that occurs twice, of which YAML would quietly take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(set(keys)) < len(keys):
            raise yaml.constructor.ConstructorError(None, None, "a key occurs twice", node.start_mark)
        return super().construct_mapping(node, deep)


def shipped(name: str) -> str:
    """Gives the text of a figure file of this package."""
    return files("outputs.returns").joinpath("figures", name).read_text(encoding="utf-8")


def rows_of(text: str, model: type[Model], what: str) -> tuple[Model, ...]:
    """Reads CSV (``;``, header, empty = missing) of which every row is a model.

    Raises:
        RunError: ``figures_columns``: other columns than those of the model; ``figures_invalid``: a row is wrong.
    """
    try:
        columns, *lines = [*csv.reader(StringIO(text), delimiter=";", strict=True)] or [[]]
    except csv.Error as error:
        raise _invalid(what, "not readable as CSV") from error
    if sorted(columns) != sorted(model.model_fields):
        advice = "give exactly these columns: " + ", ".join(model.model_fields)
        raise RunError("figures_columns", f"{what}: the columns are not those of the contract", advice)
    return tuple(_row(cells, columns, model, f"{what}, row {number}") for number, cells in enumerate(lines, start=1))


def _row(cells: Sequence[str], columns: Sequence[str], model: type[Model], where: str) -> Model:
    if len(cells) != len(columns):
        raise _invalid(where, f"{len(cells)} cells for {len(columns)} columns")
    return _checked({name: cell or None for name, cell in zip(columns, cells, strict=True)}, model, where)


def document_of(text: str, model: type[Model], what: str) -> Model:
    """Reads YAML that is one model.

    Raises:
        RunError: ``figures_invalid``: it is no YAML, or not this model.
    """
    try:
        content = yaml.load(text, _OnceLoader)  # noqa: S506 - a SafeLoader that refuses more
    except yaml.YAMLError as error:
        raise _invalid(what, "not readable as YAML") from error
    return _checked(content, model, what)


def _checked(content: object, model: type[Model], where: str) -> Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        places = [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}".lstrip(": ") for problem in error.errors()]
        raise _invalid(where, ", ".join(places)) from None


def _invalid(where: str, what: str) -> RunError:
    return RunError("figures_invalid", f"{where}: {what}", "correct the figure file")
