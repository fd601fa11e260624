"""The figures of the region that the peer uses, read from the loaded pack: none is copied by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.values import finite
from tongchou.ground.region.headers import BASIS_FACT
from tongchou.ground.region.model import Bands
from tongchou.ground.region.pack import Declared, Pack

SCHEME = "resident"
DIMENSIONS = {
    **{name: name for name in ("place", "level", "filing", "referral", "category")},
    "age_group": "年龄段",
    "signed": "签约",
}
"""The peer's names of what the region calls otherwise."""
MOST_YEARS = 30
_EVER = "1900-01-01"


def figures(pack: Pack, day: date) -> dict[str, Any]:
    """What `peer.py` reads, in yuan and shares: `words` by dimension and `parameters` as OpenFisca writes them.

    `favoured` are the categories with better terms, `critical_caps` the caps of critical illness by years insured and
    years without a claim. Raises `ValueError` when the region does not say what the peer is to say, or says what the
    peer cannot.
    """
    read = _Reader(pack, day)
    words = {name: list(pack.vocabulary.dimensions[own].words) for name, own in DIMENSIONS.items()}
    categories = words["category"]
    # Nobody else is helped: a ratio of nothing says the guard.
    helped = [word for word in categories if word != "普通"]
    bands = {level: read.bands("pool.bands", level=level) for level in words["level"]}
    points = {name: read(f"pool.adjust.{name}", "points") for name in ("老幼", "签约", "转诊", "未备案")}
    highest = max(rate for rows in bands.values() for _, rate in rows) + max(points.values()) / 100
    if highest > read("pool.clamp", "at_most"):
        raise ValueError("scale and points together go beyond the clamp, which the peer cannot say")
    return {
        "words": words,
        "favoured": [word for word in categories if read.facts(category=word)("救助类别") == "重点"],
        "critical_caps": [
            [float(read("critical.caps.年", "at_most", 连续参保年数=insured, 零报销年数=unused)) for unused in _YEARS]
            for insured in _YEARS
        ],
        "parameters": {
            "drug": {"ratio": _leaf(read("drug.ratio", "pay")), "cap": _leaf(read("drug.caps.年", "at_most"))},
            "pool": {
                "deductible": {
                    place: {
                        filing: {
                            level: _leaf(read("pool.deductible", "amount", place=place, filing=filing, level=level))
                            for level in words["level"]
                        }
                        for filing in words["filing"]
                    }
                    for place in words["place"]
                },
                "again": _leaf(read("pool.deductible.多次", "times")),
                "deductible_of_the_poorest": _leaf(read("pool.deductible.特困", "set")),
                "scale": {level: _scale(rows) for level, rows in bands.items()},
                "points": {name: _leaf(value) for name, value in points.items()},
                "floor": _leaf(read("pool.floor.保底", "at_least")),
                "cap": _leaf(read("pool.caps.年", "at_most")),
            },
            "critical": {
                "deductible": _leaf(read("critical.deductible", "amount")),
                "times": _leaf(read("critical.deductible.倾斜", "times")),
                "scale": _scale(read.bands("critical.bands")),
                "points": _leaf(read("critical.adjust.倾斜", "points")),
            },
            "assistance": {
                "deductible": {
                    word: _leaf(read("assistance.deductible", "amount", category=word) if word in helped else 0)
                    for word in categories
                },
                "ratio": {
                    word: _leaf(read("assistance.ratio", "pay", category=word) if word in helped else 0)
                    for word in categories
                },
                "cap": _leaf(read("assistance.caps.年", "at_most")),
            },
        },
    }


_YEARS = [Fraction(years) for years in range(MOST_YEARS)]


class _Reader:
    """Numbers in force on a day, by address."""

    def __init__(self, pack: Pack, day: date) -> None:
        self._pack, self._day = pack, day
        self._declared = {fact.address: fact for fact in pack.in_force(dict.fromkeys(BASIS_FACT, day))}

    def __call__(self, address: str, attribute: str, **given: Any) -> Fraction:
        declared = self._of(address)
        return finite(declared.address, getattr(declared.value, attribute), self.facts(**given))

    def facts(self, **given: Any) -> Facts:
        """A claim of that day of which this is known."""
        return Facts(self._pack, given, str(self._pack.year.label_of(self._day)), self._day)

    def bands(self, address: str, **given: Any) -> list[tuple[Fraction, Fraction]]:
        """Lower edge and rate of each band of a scale whose last band is open."""
        declared = self._of(address)
        assert isinstance(declared.value, Bands)
        rows, facts = declared.value.rows, self.facts(**given)
        if rows[-1].above is None:
            raise ValueError(f"{declared.address} ends, and a marginal rate scale does not")
        edges = [Fraction(0), *(finite(declared.address, row.upto, facts) for row in rows[:-1])]
        return [(edge, finite(declared.address, row.pay, facts)) for edge, row in zip(edges, rows, strict=True)]

    def _of(self, address: str) -> Declared:
        found = self._declared.get(f"{SCHEME}.{address}")
        if found is None:
            raise ValueError(f"nothing is declared at {SCHEME}.{address} on {self._day}")
        return found


def _leaf(figure: Fraction | int) -> dict[str, Any]:
    return {"values": _dated(figure)}


def _scale(rows: list[tuple[Fraction, Fraction]]) -> dict[str, Any]:
    return {"brackets": [{"threshold": _dated(edge), "rate": _dated(rate)} for edge, rate in rows]}


def _dated(figure: Fraction | int) -> dict[str, Any]:
    """OpenFisca has floats and nothing else."""
    return {_EVER: {"value": float(figure)}}
