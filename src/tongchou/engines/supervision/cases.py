"""Run the worked examples about supervision."""

from __future__ import annotations

from fractions import Fraction

from tongchou.engines.supervision.cards import card_rule, standing
from tongchou.engines.supervision.grades import grade_of, grades_on
from tongchou.engines.supervision.reward import reward, reward_terms
from tongchou.ground.errors import fail
from tongchou.ground.region.headers import ReckonCase
from tongchou.ground.region.model import SUPERVISION_KINDS
from tongchou.ground.region.outcomes import CaseOutcome
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import Reckoned, asked, read_fen, read_plain, refuse_others, run_reckoned
from tongchou.ground.region.typed import read_date

SCORE, CARDS = "评分", "牌"


def run_cases(pack: Pack) -> list[CaseOutcome]:
    """Every case of a pack about rewards, grades and cards, in written order."""
    return run_reckoned(pack, SUPERVISION_KINDS, supervised_figures)


def supervised_figures(pack: Pack, scheme: str, wanted: ReckonCase) -> Reckoned:
    """What a case may expect: of a reward `reward` and what each recipient gets, by name (yuan); of a grade `grade`
    from the figure 评分; of cards `standing` from the table 牌 (day → 黄牌 or 红牌)."""
    kind = wanted.of.partition(".")[0]
    if kind == "reward":
        return _rewarded(pack, scheme, wanted)
    refuse_others(wanted.figures, (SCORE if kind == "grade" else CARDS,))
    if kind == "grade":
        score = read_plain(SCORE, asked(wanted.figures, SCORE))
        return {"grade": grade_of(grades_on(pack, scheme, wanted.on), score)}
    shown = asked(wanted.figures, CARDS)
    if isinstance(shown, str):
        raise fail("I102", name=CARDS, value=shown)
    cards = {read_date(CARDS, when): colour for when, colour in shown.items()}
    return {"standing": standing(card_rule(pack, scheme, wanted.on), cards, wanted.on)}


def _rewarded(pack: Pack, scheme: str, wanted: ReckonCase) -> Reckoned:
    terms = reward_terms(pack, scheme, wanted.of, wanted.on)
    refuse_others(wanted.figures, (terms.of,))
    found = reward(terms, read_fen(terms.of, asked(wanted.figures, terms.of)))
    return {"reward": Fraction(found.fen, 100), **{who: Fraction(fen, 100) for who, fen in found.shares.items()}}
