"""What may be declared in `supervision/`: rewards of whoever reports misuse, credit grades, and cards."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from tongchou.ground.region.contribution_kinds import Parts
from tongchou.ground.region.layer_kinds import Rounding
from tongchou.ground.region.scalars import Count, Fact, Share, refusal


class Reward(Fact):
    """举报奖励: a rate of the fund's money in a verified case, split among recipients; exactly one takes the rest."""

    rate: Share
    of: str
    to: Parts
    rounding: Rounding = Rounding()

    @model_validator(mode="after")
    def _parts_and_a_rest(self) -> Self:
        for part in self.to:
            if part.rate is not None or part.amount is not None:
                raise refusal("R194", value=part.payer)
        if sum(part.is_rest for part in self.to) != 1:
            raise refusal("R216")
        return self


class Grade(Fact):
    """信用等级: the score from which an institution has it; of several the highest that is reached."""

    at_least: Count


class Cards(Fact):
    """黄牌警告、红牌退出: so many yellow cards within so many months make a red one."""

    yellows: Count
    months: Count


SUPERVISION_KINDS: dict[str, tuple[type[Fact], bool]] = {
    "reward.*": (Reward, True),
    "grade.*": (Grade, True),
    "cards": (Cards, False),
}
"""Kinds of facts of `supervision/`: the model, and whether the address ends with a name of its own."""
