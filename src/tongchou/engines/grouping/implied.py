"""What follows from what: whether conditions can hold only where others hold too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongchou.engines.grouping.scheme import Atom, Mdc, Op, Scheme

_DIAGNOSES = frozenset({Op.PRINCIPAL_IN, Op.PRINCIPAL_NOT_IN, Op.ANY_DIAGNOSIS_IN, Op.SECONDARY_IN})
_OPERATIONS = frozenset({Op.MAIN_OPERATION_IN, Op.ANY_OPERATION_IN, Op.OTHER_OPERATION_IN})
_WIDER = {
    (Op.PRINCIPAL_IN, Op.ANY_DIAGNOSIS_IN),
    (Op.SECONDARY_IN, Op.ANY_DIAGNOSIS_IN),
    (Op.MAIN_OPERATION_IN, Op.ANY_OPERATION_IN),
    (Op.OTHER_OPERATION_IN, Op.ANY_OPERATION_IN),
}
"""Where a code of the same list is found by the first, it is found by the second."""
_PLAIN = {
    (Op.MCC, Op.MCC_OR_CC),
    (Op.CC, Op.MCC_OR_CC),
    (Op.MAIN_OPERATION_VALID, Op.ANY_OPERATION_VALID),
    (Op.NO_OPERATION_VALID, Op.MAIN_OPERATION_NOT_VALID),
}


@dataclass(frozen=True)
class Asked:
    """Conditions and whose lists they ask about."""

    scheme: Scheme
    mdc: Mdc
    owner: str
    atoms: tuple[Atom, ...]

    def codes(self, atom: Atom) -> frozenset[str]:
        """Of the list that an atom asks about."""
        if atom.codes:
            return frozenset(atom.codes)
        if atom.list == "M":
            return self.mdc.diagnoses
        kind = "dx" if atom.op in _DIAGNOSES else "px"
        return self.scheme.lists.get((kind, self.owner, atom.list), frozenset())


def follows(these: Asked, others: Asked) -> bool:
    """Whether `these` hold wherever all `others` do. Never wrongly true; it may fail to see it."""
    return all(_one_follows(these, atom, others, others.atoms) for atom in these.atoms)


def _one_follows(these: Asked, atom: Atom, others: Asked, from_: Iterable[Atom]) -> bool:
    return atom.op is Op.ALWAYS or any(_follows(these, atom, others, one) for one in from_)


def _follows(these: Asked, atom: Atom, others: Asked, one: Atom) -> bool:
    if atom.op is one.op is Op.BETWEEN:
        return atom.field is one.field and atom.low <= one.low and one.high <= atom.high
    if atom.op is one.op is Op.DISCHARGED:
        return set(one.modes) <= set(atom.modes)
    if atom.op is one.op is Op.PRINCIPAL_NOT_IN:
        return these.codes(atom) <= others.codes(one)
    if atom.op is one.op is Op.OPERATIONS_COMBINED:
        return these.owner == others.owner and atom.terms == one.terms
    if (one.op, atom.op) in _WIDER or (atom.op is one.op and atom.op in _DIAGNOSES | _OPERATIONS):
        return others.codes(one) <= these.codes(atom)
    if atom.op is one.op is Op.MAIN_OPERATION_VALID:
        return set(one.codes) <= set(atom.codes)
    return atom.op is one.op or ((one.op, atom.op) in _PLAIN and not one.codes)
