"""National codes of institutions, departments and clinicians: what can be told by looking at them."""

from __future__ import annotations

import re
import unicodedata

from tongchou.ground.errors import fail

_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_NAMES = {
    "institution": ("国家医药机构编码", "national code of an institution", r"[HP]\d{11}"),
    "department": ("国家科室编码", "national code of a department", r"A\d{2}(\.\d{2}){0,2}"),
    "clinician": ("国家医务人员编码", "national code of a clinician", r"[A-Z]\d{11,19}"),
    "credit": ("统一社会信用代码", "unified social credit code", rf"[{_CREDIT}]{{18}}"),
}


def code_of(what: str, text: str) -> str:
    """The code without spaces, half-width, in capitals. Raises H101 for one that cannot be.

    An institution is H (hospital) or P (pharmacy), six digits of its division and five more; departments are those of
    the national list A01 to A69 with their second and third levels; the credit code holds its check character
    (GB 32100-2015).
    """
    zh, en, pattern = _NAMES[what]
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if not re.fullmatch(pattern, plain) or (what == "credit" and check_character(plain[:17]) != plain[17]):
        raise fail("H101", value=text[:40], what=zh, what_en=en)
    return plain


def check_character(first: str) -> str:
    """The eighteenth character of a unified social credit code (GB 32100-2015): weights are powers of 3 modulo 31.

    >>> check_character("91350100M000100Y4")
    '3'
    """
    total = sum(_CREDIT.index(character) * pow(3, at, 31) for at, character in enumerate(first))
    return _CREDIT[(31 - total % 31) % 31]
