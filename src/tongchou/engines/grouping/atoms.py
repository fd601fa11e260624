"""The closed vocabulary of conditions: text of a table becomes atoms, or is refused.

Atoms are joined by ` & `; `|`, and `&` without spaces, stand only inside one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from tongchou.engines.grouping.scheme import MOST, Atom, Field, Op

_JOINED = " & "
_OWN = re.compile(r"@([0-9A-Z]+): (.+)")

Maker = Callable[[re.Match[str]], Atom]


def mdc_entry(text: str, newborn_days: int) -> tuple[Atom, ...] | None:
    """What lets a record into an MDC; nothing written lets every record in. None where it cannot be read."""
    return _read(text, _MDC, newborn_days) if text else (Atom(Op.ALWAYS),)


def node_entry(text: str, newborn_days: int) -> tuple[Atom, ...] | None:
    """What lets a record into an ADRG. None where it cannot be read."""
    return _read(text, _NODE, newborn_days)


def rule(text: str, node: str, newborn_days: int) -> tuple[tuple[Atom, ...], str] | None:
    """The atoms of a DRG rule and whose lists they ask about. None where it cannot be read."""
    own = _OWN.fullmatch(text)
    if own is not None:
        atoms, owner = _read(own[2], {**_NODE, **_COMPLICATIONS, **_OTHERS}, newborn_days), own[1]
    else:
        atoms, owner = _read(text, _RULE, newborn_days), node
    return None if atoms is None else (atoms, owner)


def _read(text: str, words: dict[str, Maker], newborn_days: int) -> tuple[Atom, ...] | None:
    atoms = []
    for word in text.split(_JOINED):
        made = next((make(match) for form, make in words.items() if (match := re.fullmatch(form, word))), None)
        if made is None:
            return None
        if made.field is Field.AGE_DAYS:
            made = replace(made, high=newborn_days)
        atoms.append(made)
    return tuple(atoms)


def _always(op: Op) -> Maker:
    return lambda found: Atom(op)


def _listed(op: Op, name: str = "") -> Maker:
    return lambda found: Atom(op, list=name or found[1])


def _codes(op: Op) -> Maker:
    return lambda found: Atom(op, codes=tuple(found[1].split("|")))


def _between(field: Field, low: int, high: int) -> Maker:
    return lambda found: Atom(Op.BETWEEN, field=field, low=low, high=high)


def _combined(found: re.Match[str]) -> Atom:
    return Atom(Op.OPERATIONS_COMBINED, terms=tuple(tuple(term.split("&")) for term in found[1].split("|")))


def _one_sided(found: re.Match[str]) -> Atom:
    low, high = _range(found[2], int(found[3]))
    return Atom(Op.BETWEEN, field=Field[found[1].upper()], low=low, high=high)


def _two_sided(found: re.Match[str]) -> Atom:
    low = int(found[1]) + (found[2] == "<")
    high = int(found[5]) - (found[4] == "<")
    return Atom(Op.BETWEEN, field=Field[found[3].upper()], low=low, high=high)


def _known_weight(found: re.Match[str]) -> Atom:
    low, high = _range(found[1], int(found[2]))
    return Atom(Op.BETWEEN, field=Field.KNOWN_WEIGHT, low=low, high=high)


def _range(sign: str, number: int) -> tuple[int, int]:
    """The whole numbers on one side of a number, from 0 on."""
    return {
        "<": (0, number - 1),
        "<=": (0, number),
        ">": (number + 1, MOST),
        ">=": (number, MOST),
        "==": (number, number),
    }[sign]


_NUMBER = r"([0-9]{1,9})"
_SIGN = r"(<=|>=|==|<|>)"
_FIELDS = r"(age|los|icu_hours|weight)"
_CODES = r"([0-9A-Za-z.+*|-]+)"

_MDC: dict[str, Maker] = {
    r"pdx_in_M": _listed(Op.PRINCIPAL_IN, "M"),
    r"anydx_in_M": _listed(Op.ANY_DIAGNOSIS_IN, "M"),
    r"sex=1": _between(Field.SEX, 1, 1),
    r"sex=2": _between(Field.SEX, 2, 2),
    r"age=0": _between(Field.AGE, 0, 0),
    r"mainproc_valid": _always(Op.MAIN_OPERATION_VALID),
    rf"mainproc_valid_or:{_CODES}": _codes(Op.MAIN_OPERATION_VALID),
    r"regions>=2": _always(Op.REGIONS),
}
_NODE: dict[str, Maker] = {
    r"\*": _always(Op.ALWAYS),
    r"pdx_in_(A)": _listed(Op.PRINCIPAL_IN),
    r"pdx_notin_(A)": _listed(Op.PRINCIPAL_NOT_IN),
    r"anydx_in_(A)": _listed(Op.ANY_DIAGNOSIS_IN),
    r"sdx_in_(B)": _listed(Op.SECONDARY_IN),
    r"mainproc_in_(A)": _listed(Op.MAIN_OPERATION_IN),
    r"anyproc_in_([ABC])": _listed(Op.ANY_OPERATION_IN),
    r"mainproc_valid": _always(Op.MAIN_OPERATION_VALID),
    r"anyproc_valid": _always(Op.ANY_OPERATION_VALID),
    r"mainproc_notvalid": _always(Op.MAIN_OPERATION_NOT_VALID),
    r"noproc_valid": _always(Op.NO_OPERATION_VALID),
    r"newborn": _between(Field.AGE_DAYS, 0, 0),
    rf"weight(>=|<){_NUMBER}": _known_weight,
    r"proc_expr:([0-9]+(?:[|&][0-9]+)*)": _combined,
}
_COMPLICATIONS: dict[str, Maker] = {
    r"MCC": _always(Op.MCC),
    r"CC": _always(Op.CC),
    r"MCC\|CC": _always(Op.MCC_OR_CC),
}
_OTHERS: dict[str, Maker] = {r"secproc_in_(A)": _listed(Op.OTHER_OPERATION_IN)}
_RULE: dict[str, Maker] = {
    r"\*": _always(Op.ALWAYS),
    r"never": _always(Op.NEVER),
    **_COMPLICATIONS,
    rf"{_FIELDS} {_SIGN} {_NUMBER}": _one_sided,
    rf"{_NUMBER} (<=|<) {_FIELDS} (<=|<) {_NUMBER}": _two_sided,
    r"discharge in \{([1-9](?:\|[1-9])*)\}": lambda found: Atom(
        Op.DISCHARGED, modes=tuple(int(mode) for mode in found[1].split("|"))
    ),
    r"dept == 'ICU'": _always(Op.IN_ICU),
    rf"anyproc:{_CODES}": _codes(Op.ANY_OPERATION_IN),
    rf"secproc:{_CODES}": _codes(Op.OTHER_OPERATION_IN),
}
