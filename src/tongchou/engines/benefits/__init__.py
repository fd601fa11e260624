"""Benefits: settle claims of a declared region to the fen, with every number traceable to its article.

Doors: `Engine` settles one claim against a `State`; `line_results` and `national_fields` read a settlement.
"""

from tongchou.engines.benefits.claim import Claim, LayerResult, Line, Refusal, Result, Settlement
from tongchou.engines.benefits.engine import SEMANTICS, Engine
from tongchou.engines.benefits.lines import LineResult, line_results
from tongchou.engines.benefits.national import national_fields
from tongchou.engines.benefits.state import Key, State

__all__ = [
    "SEMANTICS",
    "Claim",
    "Engine",
    "Key",
    "LayerResult",
    "Line",
    "LineResult",
    "Refusal",
    "Result",
    "Settlement",
    "State",
    "line_results",
    "national_fields",
]
