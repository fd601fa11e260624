"""Whether the list is about the person who was settled: the full form repeats who that is."""

from __future__ import annotations

from collections.abc import Iterator

from tongchou.ground.errors import Problem
from tongchou.record.lists.checks.finding import problem
from tongchou.record.lists.codes import plain
from tongchou.record.lists.sheet import Known, Sheet, text

_SEXES = {"男": "1", "女": "2"}
_MALE_OR_FEMALE = tuple(_SEXES.values())


def identity(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N360: name, sex, birthday, certificate."""
    info = sheet.info
    name, sex = "".join(text(info, "psn_name").split()), plain("gend", text(info, "gend"))
    card = "".join(text(info, "certno").split()).upper()
    if name and name != "".join(known.name.split()):
        yield problem("N360", sheet, "psn_name")
    if sex in _MALE_OR_FEMALE and _SEXES.get(known.sex, sex) != sex:
        yield problem("N360", sheet, "gend")
    if info.get("brdy") is not None and info["brdy"] != known.born:
        yield problem("N360", sheet, "brdy")
    if card and known.certificates and card not in known.certificates:
        yield problem("N360", sheet, "certno")
