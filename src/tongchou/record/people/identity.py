"""Certificates: which kinds there are, and what can be told of a number by looking at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import mul

from tongchou.ground.errors import fail
from tongchou.record.base import clock

RESIDENT_CARD = "01"
KINDS = {
    RESIDENT_CARD: "居民身份证(户口簿)",
    "02": "中国人民解放军军官证",
    "03": "中国人民武装警察警官证",
    "04": "香港特区护照/港澳居民来往内地通行证",
    "05": "澳门特区护照/港澳居民来往内地通行证",
    "06": "台湾居民来往大陆通行证",
    "07": "外国人永久居留证",
    "08": "外国人护照",
    "09": "残疾人证",
    "10": "军烈属证明",
    "11": "外国人就业证",
    "12": "外国专家证",
    "13": "外国人常驻记者证",
    "14": "台港澳人员就业证",
    "15": "回国(来华)定居专家证",
    "16": "中国护照",
    "17": "港澳台居民居住证",
    "90": "社会保障卡",
    "99": "其他身份证件",
}
"""The national list of certificate types (`psn_cert_type`)."""
KIND_WORDS = {word: code for code, zh in KINDS.items() for word in (code, zh)}
"""A kind in words or by its code, as files write it, to its code."""
PROVISIONAL = "99"
"""A newborn without a number yet has the birth certificate's, until the resident card's takes its place."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True)
class Certificate:
    """A certificate as it is kept: the number without spaces, capital letters, half-width."""

    kind: str
    number: str

    @property
    def born(self) -> date | None:
        """The birthday that a resident card's number tells, else None."""
        return None if self.kind != RESIDENT_CARD else _day(self.number[6:14])

    @property
    def sex(self) -> str | None:
        """男 or 女 as a resident card's number tells, else None."""
        return None if self.kind != RESIDENT_CARD else "男" if int(self.number[16]) % 2 else "女"

    @property
    def masked(self) -> str:
        """What is shown to those who need not see it all: never more than the first six and the last character."""
        if len(self.number) <= 8:
            return self.number[:1] + "*" * (len(self.number) - 1)
        return self.number[:6] + "*" * (len(self.number) - 7) + self.number[-1]


def certificate(kind: str, number: str) -> Certificate:
    """Read a certificate. Raises P101 for an unknown kind, P102 for a number that cannot be one.

    Only the resident identity card has a check digit (GB 11643-1999: ISO 7064 MOD 11-2) and a birthday in its number;
    the residence permit of Hong Kong, Macao and Taiwan residents is built alike, but is not held to it here.
    """
    plain = number.isascii() and number.isalnum()
    cleaned = number.upper() if plain else "".join(number.split()).translate(_HALF_WIDTH).upper()
    if kind not in KINDS:
        raise fail("P101", kind=kind)
    found = Certificate(kind, cleaned)
    if not cleaned.isalnum() or not cleaned.isascii() or not 4 <= len(cleaned) <= 30:
        raise fail("P102", reason="4–30 A–Z 0–9")
    if kind == RESIDENT_CARD:
        _check_card(found)
    return found


def _check_card(card: Certificate) -> None:
    number = card.number
    if len(number) != 18 or not number[:17].isdigit() or number[17] not in _CHECKS:
        raise fail("P102", reason="18")
    try:
        born = card.born
    except ValueError:
        raise fail("P102", reason=number[6:14]) from None
    if born is not None and born > clock.today():
        raise fail("P102", reason=number[6:14])
    if check_digit(number[:17]) != number[17]:
        raise fail("P102", reason=number[17])


def check_digit(first: str) -> str:
    """The eighteenth character of a resident card's number (GB 11643-1999).

    >>> check_digit("11010519491231002")
    'X'
    """
    return _CHECKS[sum(map(mul, _WEIGHTS, map(int, first))) % 11]


@lru_cache(maxsize=50_000)
def _day(digits: str) -> date:
    """Of a file with a million cards most birthdays come often."""
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


_HALF_WIDTH = {code + 0xFEE0: code for code in range(0x21, 0x7F)}
