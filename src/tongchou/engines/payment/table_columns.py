"""The tables of a year's clearing: their columns, types and defaults.

Money is whole fen; points, weights and factors have four decimals. What a table says beyond these columns is left out.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pyarrow as pa

from tongchou.ground.money import MAX_FEN

EXACT = pa.decimal128(23, 4)
SCALE = 10**4
"""Points, weights and factors are whole ten-thousandths."""
TEXT, FEN, DAY, FLAG = pa.string(), pa.int64(), pa.date32(), pa.bool_()
KNOWN = {
    TEXT: ("文字", "text"),
    FEN: ("整数,如 1200", "a whole number such as 1200"),
    DAY: ("YYYY-MM-DD", "YYYY-MM-DD"),
    FLAG: ("yes 或 no", "yes or no"),
    EXACT: ("至多四位小数,如 1234.5678", "up to four decimals, such as 1234.5678"),
}
"""How a value of each type is written, in both languages."""


class Column(NamedTuple):
    """`default` stands where nothing is written; a column without one must be there. `most`: of a number."""

    type: pa.DataType
    default: Any = ...
    most: int = MAX_FEN


COLUMNS: dict[str, dict[str, Column]] = {
    "settlements": {
        "settlement_id": Column(TEXT),
        "institution": Column(TEXT),
        "scheme": Column(TEXT),
        "setting": Column(TEXT),
        "person": Column(TEXT, ""),
        "care": Column(TEXT, ""),
        "signed_with": Column(TEXT, ""),
        "insured_place": Column(TEXT, ""),
        "admitted_on": Column(DAY, None),
        "discharged_on": Column(DAY),
        "list_on": Column(DAY, None),
        "days": Column(FEN, 0),
        "reversed": Column(FLAG, False),
        "inbound": Column(FLAG, False),
        "completed": Column(FLAG, True),
        "total_fee": Column(FEN),
        "fund": Column(FEN),
        "person_paid": Column(FEN, 0),
        "other_paid": Column(FEN, 0),
        "full_self_pay": Column(FEN, 0),
        "first_self_pay": Column(FEN, 0),
        "deductible": Column(FEN, 0),
        "fund_ratio": Column(EXACT, 0),
    },
    "groups": {
        "settlement_id": Column(TEXT),
        "group": Column(TEXT, ""),
        "status": Column(TEXT, "grouped"),
        "base_points": Column(EXACT, 0),
        "reference_mean": Column(FEN, 0),
        "auxiliary": Column(EXACT, 1),
        "difference": Column(EXACT, 0),
        "conduct": Column(EXACT, 1),
    },
    "institutions": {
        "institution": Column(TEXT),
        "name": Column(TEXT, ""),
        "level": Column(TEXT, ""),
        "factor": Column(EXACT, 1),
        "cases_last_year": Column(FEN, 0),
        "indicator": Column(EXACT, 0),
    },
    "budget": {
        "scheme": Column(TEXT),
        "part": Column(TEXT, ""),
        "amount": Column(FEN, most=1000 * MAX_FEN),
    },
    "deductions": {
        "institution": Column(TEXT),
        "scheme": Column(TEXT),
        "method": Column(TEXT),
        "setting": Column(TEXT, "inpatient"),
        "settlement_id": Column(TEXT, ""),
        "reason": Column(TEXT),
        "amount": Column(FEN),
    },
    "special_cases": {"settlement_id": Column(TEXT), "reason": Column(TEXT), "amount": Column(FEN, -1)},
    "prepaid": {
        "institution": Column(TEXT),
        "scheme": Column(TEXT),
        "method": Column(TEXT),
        "setting": Column(TEXT, "inpatient"),
        "month": Column(TEXT, ""),
        "amount": Column(FEN),
    },
    "deposits": {
        "institution": Column(TEXT),
        "scheme": Column(TEXT),
        "method": Column(TEXT),
        "setting": Column(TEXT, "inpatient"),
        "amount": Column(FEN),
    },
    "assessments": {"institution": Column(TEXT), "score": Column(EXACT)},
    "signed": {
        "institution": Column(TEXT),
        "scheme": Column(TEXT),
        "package": Column(TEXT),
        "month": Column(TEXT),
        "persons": Column(FEN),
    },
    "quotas": {
        "institution": Column(TEXT),
        "scheme": Column(TEXT),
        "method": Column(TEXT),
        "setting": Column(TEXT, "inpatient"),
        "amount": Column(FEN),
    },
    "communities": {
        "community": Column(TEXT),
        "institution": Column(TEXT),
        "scheme": Column(TEXT),
        "setting": Column(TEXT, "inpatient"),
        "persons": Column(FEN),
        "paid_elsewhere": Column(FEN, 0),
        "charged": Column(FEN, -1),
    },
}
FREE = {"groups": "auxiliary_", "institutions": "factor_"}
"""Columns that begin so are of the declaration's own naming; their values have four decimals."""
NEEDED = ("settlements", "institutions", "budget")
