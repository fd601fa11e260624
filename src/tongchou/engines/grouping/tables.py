"""A scheme as whole numbers: what `machine` reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from tongchou.engines.grouping.machine import NOTHING
from tongchou.engines.grouping.scheme import Atom, Mdc, Op, Scheme

_QY = {"": 0, "any_valid": 1, "main_valid": 2}
_OF_DIAGNOSES = frozenset({Op.PRINCIPAL_IN, Op.PRINCIPAL_NOT_IN, Op.ANY_DIAGNOSIS_IN, Op.SECONDARY_IN})
_OF_OPERATIONS = frozenset({Op.MAIN_OPERATION_IN, Op.ANY_OPERATION_IN, Op.OTHER_OPERATION_IN})
_EMPTY = 0
"""The list with nothing in it, which stands for one that no table has."""


class Tables(NamedTuple):
    """`mdcs`: first atom, end of atoms, first node, end of nodes, QY, node before which it is asked. `nodes`: first
    atom, end, first rule, end. `rules`: first atom, end. `atoms`: operation and three numbers. `terms` of combined
    operations. `dx_lists` and `px_lists`: a bit for each code. By diagnosis: `exclusion` (as principal), `mcc` and `cc`
    its exclusion table or -1, `regions` by MDC. By operation: whether it is `valid`."""

    mdcs: Any
    nodes: Any
    rules: Any
    atoms: Any
    terms: Any
    dx_lists: Any
    px_lists: Any
    exclusion: Any
    mcc: Any
    cc: Any
    regions: Any
    valid: Any
    falls_through: bool
    retries: bool


class Codes:
    """The number of every code that a table of the scheme has; 0 for all others."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.words = sorted(set(codes))
        self.number = {code: number for number, code in enumerate(self.words, start=1)}
        self.count = len(self.words) + 1

    def of(self, codes: Sequence[str]) -> Any:
        return np.array([self.number.get(code, 0) for code in codes], np.int32)

    def by(self, tables: Mapping[str, str], number: Mapping[str, int], none: int) -> Any:
        """By code, the number of the exclusion table that stands with it, `none` where it is empty; -1 for all other
        codes."""
        found = np.full(self.count, NOTHING, np.int32)
        for code, table in tables.items():
            found[self.number[code]] = number[table] if table else none
        return found


_NO_TABLE = 0
"""The exclusion table of a complication that no principal diagnosis excludes."""


def _exclusion_tables(scheme: Scheme) -> dict[str, int]:
    """A number for every exclusion table, by what it is called."""
    called = {table for some in (scheme.mcc, scheme.cc, scheme.exclusions) for table in some.values() if table}
    return {table: number for number, table in enumerate(sorted(called), start=1)}


def codes_of(scheme: Scheme) -> tuple[Codes, Codes]:
    """Diagnoses and operations."""
    listed: dict[str, list[frozenset[str]]] = {"dx": [], "px": []}
    for (kind, _, _), codes in scheme.lists.items():
        listed[kind].append(codes)
    own = (atom.codes for mdc in scheme.mdcs for atom in _atoms_of(mdc))
    diagnoses = [*listed["dx"], *(mdc.diagnoses for mdc in scheme.mdcs), scheme.mcc, scheme.cc, scheme.exclusions]
    operations = [*listed["px"], scheme.valid_operations, *own]
    return Codes(code for some in diagnoses for code in some), Codes(code for some in operations for code in some)


def _atoms_of(mdc: Mdc) -> Iterable[Atom]:
    yield from mdc.atoms
    for node in mdc.nodes:
        yield from node.atoms
        for rule in node.rules:
            yield from rule.atoms


class _Lists:
    """Lists of codes as rows of bits."""

    def __init__(self, codes: Codes) -> None:
        self.codes = codes
        self.found: dict[Any, int] = {None: _EMPTY}
        self.members: list[Collection[str]] = [()]

    def number(self, key: Any, members: Collection[str]) -> int:
        if not members:
            return _EMPTY
        if key not in self.found:
            self.found[key] = len(self.members)
            self.members.append(members)
        return self.found[key]

    def bits(self) -> Any:
        bits = np.zeros((len(self.members), self.codes.count), np.bool_)
        for row, members in enumerate(self.members):
            bits[row, self.codes.of(list(members))] = True
        return np.packbits(bits, axis=1, bitorder="little")


class Building:
    """Numbers of MDCs, nodes, rules and atoms in the order in which they are asked."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.dx, self.px = codes_of(scheme)
        self.dx_lists, self.px_lists = _Lists(self.dx), _Lists(self.px)
        self.mdcs: list[tuple[int, ...]] = []
        self.nodes: list[tuple[int, ...]] = []
        self.rules: list[tuple[int, ...]] = []
        self.atoms: list[tuple[int, ...]] = []
        self.terms: list[int] = []

    def tables(self) -> Tables:
        scheme = self.scheme
        for number, mdc in enumerate(scheme.mdcs):
            self._mdc(number, mdc)
        excluding = _exclusion_tables(scheme)
        valid = np.zeros(self.px.count, np.bool_)
        valid[self.px.of(list(scheme.valid_operations))] = True
        return Tables(
            mdcs=np.array(self.mdcs, np.int32).reshape(-1, 6),
            nodes=np.array(self.nodes, np.int32).reshape(-1, 4),
            rules=np.array(self.rules, np.int32).reshape(-1, 2),
            atoms=np.array(self.atoms, np.int32).reshape(-1, 4),
            terms=np.array([*self.terms, 0], np.int32),
            dx_lists=self.dx_lists.bits(),
            px_lists=self.px_lists.bits(),
            exclusion=self.dx.by(scheme.exclusions, excluding, NOTHING),
            mcc=self.dx.by(scheme.mcc, excluding, _NO_TABLE),
            cc=self.dx.by(scheme.cc, excluding, _NO_TABLE),
            regions=self._regions(),
            valid=valid,
            falls_through=scheme.falls_through,
            retries=scheme.retries,
        )

    def _mdc(self, number: int, mdc: Mdc) -> None:
        begin = self._add_atoms(mdc.atoms, mdc.code, mdc, number)
        first = len(self.nodes)
        asked = next((at for at, node in enumerate(mdc.nodes, start=first) if node.after_qy), first + len(mdc.nodes))
        for node in mdc.nodes:
            own, rules = self._add_atoms(node.atoms, node.name, mdc, number), len(self.rules)
            for rule in node.rules:
                self.rules.append(self._add_atoms(rule.atoms, rule.owner, mdc, number))
            self.nodes.append((*own, rules, len(self.rules)))
        self.mdcs.append((*begin, first, len(self.nodes), _QY[mdc.qy], asked))

    def _add_atoms(self, atoms: Iterable[Atom], owner: str, mdc: Mdc, number: int) -> tuple[int, int]:
        begin = len(self.atoms)
        self.atoms += [(atom.op.value, *self._numbers(atom, owner, mdc, number)) for atom in atoms]
        return begin, len(self.atoms)

    def _numbers(self, atom: Atom, owner: str, mdc: Mdc, number: int) -> tuple[int, int, int]:
        if atom.field is not None:
            return atom.field.value, atom.low, atom.high
        if atom.op is Op.REGIONS:
            return number, 0, 0
        if atom.op is Op.DISCHARGED:
            return NOTHING, sum(1 << mode for mode in set(atom.modes)), 0
        if atom.op is Op.OPERATIONS_COMBINED:
            return NOTHING, self._add_terms(atom, owner), 0
        if atom.codes:
            return self.px_lists.number(atom.codes, atom.codes), 0, 0
        if atom.op in _OF_DIAGNOSES:
            members = mdc.diagnoses if atom.list == "M" else self.scheme.lists.get(("dx", owner, atom.list), ())
            return self.dx_lists.number((owner, atom.list), members), 0, 0
        if atom.op in _OF_OPERATIONS:
            return self._operations(owner, atom.list), 0, 0
        return NOTHING, 0, 0

    def _operations(self, owner: str, name: str) -> int:
        return self.px_lists.number((owner, name), self.scheme.lists.get(("px", owner, name), ()))

    def _add_terms(self, atom: Atom, owner: str) -> int:
        begin = len(self.terms)
        self.terms.append(len(atom.terms))
        for term in atom.terms:
            self.terms += [len(term), *(self._operations(owner, name) for name in term)]
        return begin

    def _regions(self) -> Any:
        found = np.zeros((max(1, len(self.scheme.mdcs)), self.dx.count), np.int8)
        for row, mdc in enumerate(self.scheme.mdcs):
            number = {region: at for at, region in enumerate(sorted(set(mdc.regions.values())), start=1)}
            for code, region in mdc.regions.items():
                found[row, self.dx.number[code]] = number[region]
        return found
