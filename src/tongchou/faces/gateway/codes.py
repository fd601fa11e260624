"""The region's codes on a day: from what institutions' software says to the words of the rules, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from tongchou.faces.gateway.fields import codes as national_codes
from tongchou.ground.errors import ProblemError, fail
from tongchou.ground.region import expression
from tongchou.ground.region.exchange import exchange_on
from tongchou.ground.region.facts import Facts
from tongchou.ground.region.interface_kinds import (
    Care,
    Exchange,
    ExtraField,
    FilingCode,
    FundCode,
    InsuranceCode,
    PersonType,
    WordCodes,
)
from tongchou.ground.region.model import Fact
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.values import value_of
from tongchou.record.packs.queries import pack_of

K = TypeVar("K", bound=Fact)


class Codes:
    """What `interface/` declares on a day."""

    def __init__(self, pack: Pack, day: date) -> None:
        self.pack, self.day, self.region = pack, day, pack.region.code
        self._facts = [one for one in pack.facts if one.covers(day)]

    def _of(self, kind: str, model: type[K], scheme: str) -> dict[str, K]:
        found = [one for one in self._facts if one.kind == kind and one.scheme == scheme]
        return {str(one.name): value_of(one, model) for one in found}

    def scheme(self, insutype: str | None) -> str:
        """The scheme of an insurance type; the first that is declared when none is said. Raises N112."""
        known = {}
        for scheme in self.pack.region.schemes:
            for value in self._of("insutype", InsuranceCode, scheme).values():
                known |= dict.fromkeys((value.code, *value.also), scheme)
        if insutype in known:
            return known[insutype]
        raise fail("N112", label="险种类型", field="insutype", value=insutype or "-", known="、".join(known))

    def insutype(self, scheme: str) -> str:
        """The code that is answered; empty for an insurance without one."""
        return next((one.code for one in self._of("insutype", InsuranceCode, scheme).values()), "")

    def care(self, scheme: str, med_type: str | None) -> tuple[str, Care]:
        """The code as declared, and what it stands for: the code itself, or the one of its first two digits. Raises
        N112."""
        known = self._of("med_type.*", Care, scheme)
        for code in (med_type or "", (med_type or "")[:2]):
            if code in known:
                return code, known[code]
        raise fail("N112", label="医疗类别", field="med_type", value=med_type or "-", known="、".join(known))

    def first_care(self, scheme: str) -> tuple[str, Care]:
        """What a visit is taken for until it is said: the kind of care that is declared first."""
        known = self._of("med_type.*", Care, scheme)
        if not known:
            raise fail("N112", label="医疗类别", field="med_type", value="-", known="-")
        return next(iter(known.items()))

    def med_type(self, scheme: str, kind: str, said: str = "") -> str:
        """The code of a kind of visit: the one that was said, when it stands for it."""
        known = self._of("med_type.*", Care, scheme)
        if said in known and known[said].kind == kind:
            return said
        return next((code for code, care in known.items() if care.kind == kind), "")

    def clearing(self, scheme: str, med_type: str) -> str:
        known = self._of("med_type.*", Care, scheme)
        return known[med_type].clearing if med_type in known else "99"

    def fund(self, scheme: str, layer: str) -> tuple[str, str]:
        """Code and name of what a layer pays; `hospital` is the institution's share. Of no fund when none is declared:
        999999, other."""
        found = self._of("fund_pay_type.*", FundCode, scheme).get(layer)
        if found is None:
            layers = self.pack.layers.get(scheme, {})
            return "999999", layers[layer].name if layer in layers else layer
        label = national_codes().get("fund_pay_type", {}).get(found.code, "")
        return found.code, found.name or label

    def word(self, scheme: str, fact: str, code: str, label: str, field: str) -> str:
        """The word of a code; a word of the region stands for itself. Raises N112."""
        known = self._of("codes.*", WordCodes, scheme).get(fact)
        codes: Mapping[str, str] = known.codes if known is not None else {}
        if code in codes:
            return codes[code]
        dimension = self.pack.vocabulary.dimensions.get(fact)
        if dimension is not None and code in dimension.words:
            return code
        raise fail("N112", label=label, field=field, value=code, known="、".join(codes))

    def words(self, fact: str) -> dict[str, str]:
        """The codes of a fact with their words, in any scheme."""
        found: dict[str, str] = {}
        for scheme in self.pack.region.schemes:
            known = self._of("codes.*", WordCodes, scheme).get(fact)
            found |= {} if known is None else {str(code): word for code, word in known.codes.items()}
        return found

    def declared(self) -> dict[str, dict[str, str]]:
        """Tables of the interface for which the region declares which codes it knows: table → code → how it calls it,
        empty where it says no more than the national table."""
        found: dict[str, dict[str, str]] = {"insutype": {}, "med_type": {}, "psn_type": {}, "fund_pay_type": {}}
        for scheme in self.pack.region.schemes:
            for one in self._of("insutype", InsuranceCode, scheme).values():
                found["insutype"] |= dict.fromkeys((one.code, *one.also), "")
            found["med_type"] |= {code: care.kind for code, care in self._of("med_type.*", Care, scheme).items()}
            found["psn_type"] |= dict.fromkeys(self._of("psn_type.*", PersonType, scheme), "")
            for fund in self._of("fund_pay_type.*", FundCode, scheme).values():
                found["fund_pay_type"].setdefault(fund.code, fund.name or "")
        return found

    def code(self, scheme: str, fact: str, word: str) -> str:
        """The first code of a word; the word itself where it has none."""
        known = self._of("codes.*", WordCodes, scheme).get(fact)
        codes: Mapping[str, str] = known.codes if known is not None else {}
        return next((code for code, one in codes.items() if one == word), word)

    def psn_type(self, scheme: str, facts: Mapping[str, Any]) -> str:
        """The type of a person by what is known of them; empty where none fits."""
        asked = Facts(self.pack, facts, self.pack.year.label_of(self.day), self.day)
        for code, value in self._of("psn_type.*", PersonType, scheme).items():
            try:
                if value.when is None or asked.holds(value.when):
                    return code
            except (ProblemError, expression.Unanswerable):
                continue
        return ""

    @cached_property
    def exchange(self) -> Exchange:
        """How messages are exchanged."""
        return exchange_on(self.pack, self.day)

    @cached_property
    def extra(self) -> Mapping[tuple[str, str], Mapping[str, ExtraField]]:
        """The fields that the region adds: transaction and section → name → field."""
        found: dict[tuple[str, str], dict[str, ExtraField]] = {}
        for scheme in self.pack.region.schemes:
            for name, value in self._of("extra.*", ExtraField, scheme).items():
                found.setdefault((value.of, value.section), {})[name] = value
        return found

    def filing(self, scheme: str, transaction: str) -> FilingCode:
        """The filing that a transaction makes. Raises N122 where the region makes none by it."""
        found = self._of("files.*", FilingCode, scheme).get(transaction)
        if found is None:
            raise fail("N122", what=transaction)
        return found

    def filings(self, scheme: str, transaction: str) -> list[tuple[str, FilingCode]]:
        """All filings that a transaction makes, by its business types."""
        return [
            (name.partition("-")[2], value)
            for name, value in self._of("files.*", FilingCode, scheme).items()
            if name.partition("-")[0] == transaction
        ]


@lru_cache(maxsize=64)
def _made(pack_hash: str, day: date) -> Codes:
    return Codes(pack_of(pack_hash), day)


def codes_on(pack: Pack, day: date) -> Codes:
    """The codes of a pack on a day."""
    return _made(pack.hash, day)
