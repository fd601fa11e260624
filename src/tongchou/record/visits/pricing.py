"""What the catalogue of the day says of a line, or, where there is none, the words of the line itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from tongchou.ground.errors import Problem
from tongchou.record.base import clock
from tongchou.record.catalogues.models import CLASSES
from tongchou.record.catalogues.queries import in_force_since, items_of_days, items_of_lines
from tongchou.record.packs.queries import words
from tongchou.record.visits.lines import Line, wrong
from tongchou.record.visits.models import Visit

_APPROVED = ("0", "1", "2")
_ONE = Decimal(1)


class Pricing:
    """The items of lines, looked up once for all of them: by the institution's own codes and their mapping, or, in a
    manual claim, by the national codes that the clerk found."""

    def __init__(self, visit: Visit, lines: Sequence[Line]) -> None:
        self._since, self._by_hand = in_force_since(), visit.by_hand
        asked = {(code, clock.day_of(line.fee_at)) for line in lines if (code := self._code(line))}
        if not self._since:
            self._items = {}
        elif self._by_hand:
            self._items = items_of_days(asked)
        else:
            self._items = items_of_lines(visit.institution_id, asked)
        self._groups, self._scopes = words("item"), words("in_disease_scope")

    def of(self, line: Line, problems: list[Problem]) -> dict[str, Any]:
        """The columns of a charge that follow from its item; what is wrong is added to `problems`."""
        day = clock.day_of(line.fee_at)
        facts = {"approved": line.approved, "in_disease_scope": line.in_disease_scope}
        problems += self._words(line, ("approved", line.approved, _APPROVED))
        problems += self._words(line, ("in_disease_scope", line.in_disease_scope, self._scopes))
        item = self._items.get((self._code(line), day))
        if item is not None:
            of_line = item.of_line()
            facts |= {name: of_line[name] for name in ("class", "fee_kind", "limited_use")}
            return {
                "national_code": item.code,
                "item": item.item,
                "price_limit": item.ceiling,
                "first_pay": of_line["first_pay_rate"],
                "facts": _given(facts),
            }
        kinds = [line.catalogue] if line.catalogue else list(self._since)
        if any(kind in self._since and self._since[kind] <= day for kind in kinds):
            problems.append(wrong("V211", line, code=self._code(line) or "-", day=day))
            return {}
        problems += self._words(line, ("item", line.item, self._groups), ("class", line.pay_class, CLASSES))
        if line.first_pay is not None and not 0 <= line.first_pay <= _ONE:
            problems.append(wrong("V216", line, name="first_pay", value=line.first_pay, known="0 – 1"))
        facts |= {"class": line.pay_class, "fee_kind": line.fee_kind}
        return {
            "national_code": line.national_code,
            "item": line.item,
            "price_limit": line.price_limit,
            "first_pay": line.first_pay,
            "facts": _given(facts),
        }

    def _code(self, line: Line) -> str:
        return line.national_code if self._by_hand else line.local_code

    @staticmethod
    def _words(line: Line, *said: tuple[str, str, Iterable[str]]) -> list[Problem]:
        """What is said in a word that is none of the list, where there is a list."""
        return [
            wrong("V216", line, name=name, value=value, known="、".join(known))
            for name, value, known in said
            if value and known and value not in known
        ]


def _given(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value}
