"""Run the worked examples about targets."""

from __future__ import annotations

from tongchou.engines.indicators.targets import judge, target_on
from tongchou.ground.region.headers import ReckonCase
from tongchou.ground.region.model import PLAN_KINDS
from tongchou.ground.region.outcomes import CaseOutcome
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import Reckoned, asked, read_plain, refuse_others, run_reckoned

MEASURED = "实际"


def run_cases(pack: Pack) -> list[CaseOutcome]:
    """Every case of a pack about targets, in written order."""
    return run_reckoned(pack, PLAN_KINDS, target_figures)


def target_figures(pack: Pack, scheme: str, wanted: ReckonCase) -> Reckoned:
    """What a case may expect: `target` (达到, 尚未达到, 未达到, 文字目标) from the figure 实际."""
    goal = target_on(pack, scheme, wanted.of, wanted.on)
    refuse_others(wanted.figures, (MEASURED,))
    return {"target": judge(goal, read_plain(MEASURED, asked(wanted.figures, MEASURED)), wanted.on)}
