"""Supervision: what whoever reports misuse is paid, credit grades, yellow and red cards.

Doors: `reward_terms` and `reward`, `grades_on` and `grade_of`, `card_rule` and `standing`.
"""

from tongchou.engines.supervision.cards import CardRule, card_rule, standing
from tongchou.engines.supervision.grades import grade_of, grades_on
from tongchou.engines.supervision.reward import Reward, reward, reward_terms

__all__ = ["CardRule", "Reward", "card_rule", "grade_of", "grades_on", "reward", "reward_terms", "standing"]
