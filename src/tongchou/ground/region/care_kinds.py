"""Which care a settlement is, in the words by which routes, day rates and exemptions ask for it; and which lines the
package of a capitation holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from tongchou.ground.region.indicator_kinds import LineColumn, Listed
from tongchou.ground.region.scalars import Fact, refusal

CLASSES = {"01": "甲", "02": "乙", "03": "丙"}
"""国家编码 `chrgitm_lv` 收费项目等级: a line's `class` is written as the code or as the word."""
FEE_KINDS = {
    "01": "床位费", "02": "诊察费", "03": "检查费", "04": "化验费", "05": "治疗费", "06": "手术费", "07": "护理费",
    "08": "卫生材料费", "09": "西药费", "10": "中药饮片费", "11": "中成药费", "12": "一般诊疗费", "13": "挂号费",
    "14": "其他费",
}  # fmt: skip
"""国家编码 `med_chrgitm_type` 医疗收费项目类别, likewise."""
CODED: Mapping[str, Mapping[str, str]] = {"class": CLASSES, "fee_kind": FEE_KINDS}
"""Columns of a line that are written as a national code or as its word: code → word."""

Lines = Annotated[dict[LineColumn, Listed], Field(min_length=1)]
"""Lines by their columns: all that is written must hold, and of a column one of its words."""


class Care(Fact):
    """A word for care, and when a settlement is that care: all that is written must hold.

    `kinds`: kinds of visit. `diagnoses`: how the code of the principal diagnosis begins, `procedures`: that of one
    operation, on the settlement list that counts. `facts`: facts of the settled claim and their words. `package`: of
    which capitation all lines with money in scope must be. `signed`: by which filing the person must, on the day of the
    visit, have chosen the very institution that is visited.
    """

    word: str
    kinds: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    facts: dict[str, str] = Field(default_factory=dict)
    package: str | None = None
    signed: str | None = None

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if not (self.kinds or self.diagnoses or self.procedures or self.facts or self.package or self.signed):
            raise refusal("Y117", value=self.word)
        return self


class Cares(Fact):
    """Which care a settlement is: the first that holds; where none does, it is its kind of visit."""

    cares: Annotated[tuple[Care, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _short(cls, raw: Any) -> Any:
        return {"cares": raw} if isinstance(raw, list) else raw


def as_written(column: str, words: Collection[str]) -> list[str]:
    """The words of a line's column in every way in which a line may have them."""
    codes = (code for code, word in CODED.get(column, {}).items() if word in words)
    return [*words, *codes]
