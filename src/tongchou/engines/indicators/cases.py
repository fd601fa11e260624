"""Run the worked examples about targets and about indicators of agreements."""

from __future__ import annotations

from tongchou.engines.indicators.asked import asked_on, goal_of
from tongchou.engines.indicators.measuring import judged, value_of_parts
from tongchou.engines.indicators.targets import judge, target_on
from tongchou.ground.region.headers import ReckonCase
from tongchou.ground.region.indicator_kinds import Indicator
from tongchou.ground.region.model import PLAN_KINDS
from tongchou.ground.region.outcomes import CaseOutcome
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import Reckoned, asked, needed_on, read_plain, refuse_others, run_reckoned
from tongchou.ground.region.values import value_of

MEASURED = "实际"
PARTS = ("分子", "分母", "上年分子", "上年分母")
LEVEL = "等级"


def run_cases(pack: Pack) -> list[CaseOutcome]:
    """Every case of a pack about targets and indicators, each in written order."""
    return [
        *run_reckoned(pack, PLAN_KINDS, target_figures),
        *run_reckoned(pack, ("indicator.*",), indicator_figures),
    ]


def target_figures(pack: Pack, scheme: str, wanted: ReckonCase) -> Reckoned:
    """What a case may expect: `target` (达到, 尚未达到, 未达到, 文字目标) from the figure 实际."""
    goal = target_on(pack, scheme, wanted.of, wanted.on)
    refuse_others(wanted.figures, (MEASURED,))
    return {"target": judge(goal, read_plain(MEASURED, asked(wanted.figures, MEASURED)), wanted.on)}


def indicator_figures(pack: Pack, scheme: str, wanted: ReckonCase) -> Reckoned:
    """What a case may expect: `value`, and `agreed` (达到, 未达到, 无从判断) of an institution of the level 等级, from
    分子 and 分母 (fen, cases, days) and those of the year before where the indicator is a growth."""
    said = value_of(needed_on(pack, scheme, wanted.of, wanted.on), Indicator)
    parts = [name for name in PARTS if (said.below is not None or "分母" not in name)]
    parts = [name for name in parts if said.shown == "growth" or not name.startswith("上年")]
    refuse_others(wanted.figures, (*parts, LEVEL))
    figures = {name: int(read_plain(name, asked(wanted.figures, name))) for name in parts}
    above, below, above_before, below_before = (figures.get(name, 1) for name in PARTS)
    before = (above_before, below_before) if said.shown == "growth" else None
    value = value_of_parts(said, above, below, before)
    (one,) = (one for one in asked_on(pack, scheme, wanted.on) if f"indicator.{one.name}" == wanted.of)
    verdict = judged(value, goal_of(pack, one, str(wanted.figures.get(LEVEL, "")), wanted.on))
    found: Reckoned = {"agreed": verdict} if verdict else {}
    return found if value is None else {"value": value, **found}
