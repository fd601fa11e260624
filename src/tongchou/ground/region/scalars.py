"""The scalars of a declaration: numbers with their unit, conditions, and the strict base of every model."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError

from tongchou.ground.region import expression
from tongchou.ground.region.number import Malformed, read_number
from tongchou.ground.region.number import Number as NumberValue

NUMBER_SCHEMA: dict[str, Any] = {
    "description": "500, 4万, 12.50元, 50%, 1/3, 不限, a formula, {by NAME: {WORD: NUMBER}} or {highest: …, over: …}",
    "anyOf": [
        {"type": "string"},
        {"type": "integer"},
        {
            "type": "object",
            "minProperties": 1,
            "patternProperties": {r"^by \S+$": {"type": "object", "minProperties": 1}},
            "properties": {
                "highest": {"type": "object"},
                "over": {"type": "string"},
                "plus": {},
                "plus_each": {},
                "at_most": {},
            },
            "additionalProperties": False,
        },
    ],
}
CONDITION_SCHEMA: dict[str, Any] = {"description": "place is 市外 and age >= 70", "type": "string"}


class Fact(BaseModel):
    """Base of all declared facts: unknown keys are errors at every depth."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Unit(Enum):
    """What a figure counts. A literal written in another unit (`amount: 50%`) is an error."""

    MONEY = "money"  # yuan
    SHARE = "share"  # a part of the whole, 0 to 1
    TIMES = "times"  # a multiplier
    POINTS = "points"  # percentage points, written bare
    COUNT = "count"  # months, days
    PLAIN = "plain"


class Condition:
    """A parsed condition with the text it came from."""

    __slots__ = ("text", "tree")

    def __init__(self, text: str, tree: expression.Tree) -> None:
        self.text, self.tree = text, tree

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Condition({self.text!r})"


def refusal(code: str, **details: object) -> PydanticCustomError:
    """The validator's error for one of our message codes."""
    return PydanticCustomError("policy", "policy", {"code": code, **details})


def read_condition(raw: Any) -> Condition:
    if not isinstance(raw, str):
        raise refusal("R120", value=str(raw))
    try:
        return Condition(raw, expression.parse(raw))
    except expression.Unreadable as error:
        raise refusal("R121", value=raw, column=error.column) from None


def _number(raw: Any) -> NumberValue:
    try:
        return read_number(raw)
    except Malformed as error:
        raise refusal(error.code, **error.details) from None


_Number = Annotated[Any, BeforeValidator(_number), WithJsonSchema(NUMBER_SCHEMA)]
Number = Annotated[_Number, Unit.PLAIN]
Money = Annotated[_Number, Unit.MONEY]
Share = Annotated[_Number, Unit.SHARE]
Times = Annotated[_Number, Unit.TIMES]
Points = Annotated[_Number, Unit.POINTS]
Count = Annotated[_Number, Unit.COUNT]
When = Annotated[Any, BeforeValidator(read_condition), WithJsonSchema(CONDITION_SCHEMA)]
Period = Literal["claim", "visit", "day", "month", "stay", "episode", "year", "ever"]
Measure = Literal["entering", "covered", "paid"]


@cache
def unit_of(model: type[BaseModel], field: str) -> Unit | None:
    """The unit of a number field, None for any other field."""
    info = model.model_fields[field]
    return next((m for m in [*info.metadata, *_annotations(info.annotation)] if isinstance(m, Unit)), None)


def _annotations(annotation: Any) -> Iterator[Any]:
    yield from getattr(annotation, "__metadata__", ())
    for inner in get_args(annotation):
        yield from _annotations(inner)
