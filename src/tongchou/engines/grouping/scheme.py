"""A grouping scheme as it stands in its folder: MDCs, their nodes and rules, and what counts as a complication.

The order of evaluation and the vocabulary are those which the published Chinese schemes (CHS-DRG 1.0, 1.1 and the
regional ones made from them) have in common; see docs/algorithms/drg-grouping.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from tongchou.engines.grouping.weights import Weight


class Op(Enum):
    """What an atom asks of a record; together they are all that a scheme can say."""

    ALWAYS = 0
    NEVER = 1
    PRINCIPAL_IN = 2
    PRINCIPAL_NOT_IN = 3
    ANY_DIAGNOSIS_IN = 4
    SECONDARY_IN = 5
    MAIN_OPERATION_IN = 6
    ANY_OPERATION_IN = 7
    OTHER_OPERATION_IN = 8
    MAIN_OPERATION_VALID = 9
    ANY_OPERATION_VALID = 10
    MAIN_OPERATION_NOT_VALID = 11
    NO_OPERATION_VALID = 12
    OPERATIONS_COMBINED = 13
    REGIONS = 14
    MCC = 15
    CC = 16
    MCC_OR_CC = 17
    BETWEEN = 18
    DISCHARGED = 19
    IN_ICU = 20


class Field(Enum):
    """The numbers of a record that an atom can compare. A weight of 0 is a missing one; `KNOWN_WEIGHT` is none then."""

    SEX = 0
    AGE = 1
    AGE_DAYS = 2
    WEIGHT = 3
    KNOWN_WEIGHT = 4
    LOS = 5
    ICU_HOURS = 6


MOST = 2**31 - 1
"""Above every number that is compared."""


@dataclass(frozen=True)
class Atom:
    """One question. `list`: the list of codes it asks about, by name; `low` to `high` of `field`, both included;
    `modes` of discharge; `terms`: lists of operations that must all occur, for any one of the terms."""

    op: Op
    list: str = ""
    field: Field | None = None
    low: int = 0
    high: int = MOST
    modes: tuple[int, ...] = ()
    terms: tuple[tuple[str, ...], ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A DRG of a node. `owner`: whose lists its atoms ask about."""

    drg: str
    name: str
    text: str
    atoms: tuple[Atom, ...]
    owner: str


@dataclass(frozen=True)
class Node:
    """An ADRG, or one of several ways into it."""

    name: str
    adrg: str
    text: str
    atoms: tuple[Atom, ...]
    after_qy: bool
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Mdc:
    """A major diagnostic category. `qy`: which operation makes a stay ambiguous that no surgical group takes
    ("any_valid", "main_valid" or "")."""

    code: str
    text: str
    atoms: tuple[Atom, ...]
    qy: str
    nodes: tuple[Node, ...]
    diagnoses: frozenset[str] = frozenset()
    regions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Scheme:
    """`falls_through`: a node none of whose rules hold lets the next one try; otherwise its ADRG is the result.
    `lists` by kind ("dx" or "px"), owner and name. `hash` stands for all tables that grouping reads."""

    id: str
    mdcs: tuple[Mdc, ...]
    falls_through: bool
    retries: bool
    ungrouped: str
    newborn_days: int
    lists: Mapping[tuple[str, str, str], frozenset[str]]
    mcc: Mapping[str, str]
    cc: Mapping[str, str]
    exclusions: Mapping[str, str]
    valid_operations: frozenset[str]
    names: Mapping[str, str]
    icd10: Mapping[str, str]
    icd9cm3: Mapping[str, str]
    icd10_map: Mapping[str, str]
    icd9cm3_map: Mapping[str, str]
    weights: tuple[Weight, ...]
    hash: str
