"""What the split of a budget names of itself: parts that are declared, and measures that some part follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tongchou.ground.region.pack import Declared
from tongchou.ground.region.quota_kinds import QuotaBounds, QuotaFactor, QuotaPart
from tongchou.ground.region.scalars import Fact

PART, MEASURE = "quota.part", "measure"


def quota_names(value: Fact) -> Iterator[tuple[str, str]]:
    """Every (kind, name) that a factor or a bound points to."""
    if isinstance(value, QuotaFactor):
        yield from ((PART, name) for name in value.parts)
        yield from ((MEASURE, name) for name in value.of)
    elif isinstance(value, QuotaBounds):
        yield MEASURE, value.of


def measures(written: Iterable[Declared], scheme: str) -> set[str]:
    """What the parts of a scheme follow."""
    parts = (one.value for one in written if one.scheme == scheme)
    return {measure.name for part in parts if isinstance(part, QuotaPart) for measure in part.by}
