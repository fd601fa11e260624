"""What is wrong with a scheme that can be read: rules that never hold, groups that nobody reaches, codes in no list or
in two. Only what follows from the tables themselves is told, never from what patients are like."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from tongchou.engines.grouping.files import COLUMNS, Tables, read
from tongchou.engines.grouping.implied import Asked, follows
from tongchou.engines.grouping.scheme import Atom, Mdc, Node, Op, Rule, Scheme
from tongchou.ground.errors import Place, Problem

_LISTS_OF_DIAGNOSES = frozenset({Op.PRINCIPAL_IN, Op.ANY_DIAGNOSIS_IN, Op.SECONDARY_IN})
_LISTS_OF_OPERATIONS = frozenset({Op.MAIN_OPERATION_IN, Op.ANY_OPERATION_IN, Op.OTHER_OPERATION_IN})


def lint(scheme: Scheme, folder: Path) -> list[Problem]:
    """All warnings about a scheme, table by table."""
    _, tables, _ = read(folder)
    found = [*_rules(scheme, tables), *_reach(scheme, tables), *_lists(scheme, tables), *_rows(tables)]
    return sorted(found, key=lambda one: (one.place.file or "", one.place.line or 0, one.code))


def _rules(scheme: Scheme, tables: Tables) -> Iterator[Problem]:
    """W401: a rule that never has its turn, since one before it holds wherever it does."""
    places = defaultdict(list)
    for line in tables["drg"]:
        places[line.cells[0], line.cells[2], line.cells[3]].append(line.place)
    for mdc in scheme.mdcs:
        for node in mdc.nodes:
            asked = [Asked(scheme, mdc, rule.owner, rule.atoms) for rule in node.rules]
            for number, rule in enumerate(node.rules):
                before = next((n for n in range(number) if follows(asked[n], asked[number])), None)
                if before is not None and not _never(rule):
                    place, one = places[node.name, rule.drg, rule.text][0], node.rules[before]
                    yield Problem("W401", place, {"drg": rule.drg, "before": one.drg, "text": one.text})


def _never(rule: Rule) -> bool:
    return any(atom.op is Op.NEVER for atom in rule.atoms)


def _reach(scheme: Scheme, tables: Tables) -> Iterator[Problem]:
    """W402: a group that no rule can lead to. W403: a node that needs a list which is empty or never matches. W410: a
    node that never has its turn, since one before it takes whatever it would."""
    node_at = {line.cells[2]: line.place for line in tables["adrg"]}
    name_at = {line.cells[0]: line.place for line in tables["drg_name"]}
    reached: set[str] = set()
    for mdc in scheme.mdcs:
        reached |= {f"{mdc.code}QY"} if mdc.qy else set()
        taking: list[tuple[Node, Asked]] = []
        for node in mdc.nodes:
            asked = Asked(scheme, mdc, node.name, node.atoms)
            if missing := _missing(scheme, mdc, node.name, node.atoms):
                yield Problem("W403", node_at[node.name], {"node": node.name, "text": missing})
            elif before := next((one for one, own in taking if follows(own, asked)), None):
                yield Problem("W410", node_at[node.name], {"node": node.name, "before": before.name})
            else:
                reached |= _drgs(scheme, mdc, node)
                if not scheme.falls_through or any(_holds(rule) for rule in node.rules):
                    taking.append((node, asked))
    for drg in dict.fromkeys(
        [*scheme.names, *(rule.drg for mdc in scheme.mdcs for n in mdc.nodes for rule in n.rules)]
    ):
        if drg not in reached:
            yield Problem("W402", name_at.get(drg, Place()), {"drg": drg})


def _drgs(scheme: Scheme, mdc: Mdc, node: Node) -> set[str]:
    found = set()
    for rule in node.rules:
        if _never(rule) or _missing(scheme, mdc, rule.owner, rule.atoms):
            continue
        found.add(rule.drg)
        if _holds(rule):
            break
    return found


def _holds(rule: Rule) -> bool:
    return all(atom.op is Op.ALWAYS for atom in rule.atoms)


def _missing(scheme: Scheme, mdc: Mdc, owner: str, atoms: tuple[Atom, ...]) -> str:
    """The list that keeps some atoms from ever holding, or an empty text."""
    for atom in atoms:
        if atom.op in _LISTS_OF_DIAGNOSES and atom.list != "M":
            codes = scheme.lists.get(("dx", owner, atom.list), frozenset())
            if atom.op is Op.PRINCIPAL_IN and _by_principal(mdc):
                codes &= mdc.diagnoses
            if not codes:
                return f"dx {atom.list}"
        if atom.op in _LISTS_OF_OPERATIONS and not atom.codes and not scheme.lists.get(("px", owner, atom.list)):
            return f"px {atom.list}"
        if atom.op is Op.OPERATIONS_COMBINED and not any(
            all(scheme.lists.get(("px", owner, name)) for name in term) for term in atom.terms
        ):
            return "proc_expr"
    return ""


def _by_principal(mdc: Mdc) -> bool:
    return any(atom.op is Op.PRINCIPAL_IN for atom in mdc.atoms)


def _lists(scheme: Scheme, tables: Tables) -> Iterator[Problem]:
    """W404: a diagnosis of a node that its MDC does not have. W405: an operation of a node that is not valid. W406:
    both MCC and CC. W407: in two MDCs, of which the order decides; those that
    ask for several regions of the body are meant to have codes of others. W408: no code of the code tables."""
    mdc_of = {node.name: mdc for mdc in scheme.mdcs for node in mdc.nodes}
    by_principal = {
        node.name
        for mdc in scheme.mdcs
        if _by_principal(mdc)
        for node in mdc.nodes
        if any(atom.op is Op.PRINCIPAL_IN and atom.list == "A" for atom in node.atoms)
    }
    for line in tables["adrg_dx"]:
        node, name, code = line.cells
        if node in by_principal and name == "A" and code not in mdc_of[node].diagnoses:
            yield Problem("W404", line.place, {"code": code, "node": node, "mdc": mdc_of[node].code})
    for line in tables["adrg_proc"]:
        if line.cells[2] not in scheme.valid_operations:
            yield Problem("W405", line.place, {"code": line.cells[2], "node": line.cells[0]})
    for line in tables["cc"]:
        if line.cells[0] in scheme.mcc:
            yield Problem("W406", line.place, {"code": line.cells[0]})
    first: dict[str, str] = {}
    injuries = {mdc.code for mdc in scheme.mdcs if any(atom.op is Op.REGIONS for atom in mdc.atoms)}
    for line in tables["mdc_dx"]:
        mdc, code, _ = line.cells
        if mdc not in injuries and first.setdefault(code, mdc) != mdc:
            yield Problem("W407", line.place, {"code": code, "mdc": mdc, "other": first[code]})
    yield from _unknown(scheme, tables)
    yield from _unlisted(scheme, tables)


def _unlisted(scheme: Scheme, tables: Tables) -> Iterator[Problem]:
    """W411: a valid operation that no condition asks for; a diagnosis of the code table that no other table has, and
    one of an MDC each of whose nodes asks for a diagnosis and none for this one."""
    nodes = [(mdc, node) for mdc in scheme.mdcs for node in mdc.nodes]
    listed = {code for (kind, _, _), codes in scheme.lists.items() if kind == "px" for code in codes}
    asked = [mdc.atoms for mdc in scheme.mdcs] + [rule.atoms for _, node in nodes for rule in node.rules]
    listed |= {code for atoms in asked for atom in atoms for code in atom.codes}
    for line in tables["valid_proc"]:
        if line.cells[0] not in listed:
            yield Problem("W411", line.place, {"code": line.cells[0]})
    known = {*scheme.mcc, *scheme.cc, *scheme.exclusions}.union(*(mdc.diagnoses for mdc in scheme.mdcs))
    known |= {code for (kind, _, _), codes in scheme.lists.items() if kind == "dx" for code in codes}
    for line in tables["icd10_name"]:
        if line.cells[0] not in known:
            yield Problem("W411", line.place, {"code": line.cells[0]})
    takes_any = {mdc.code for mdc, node in nodes if not any(_asks_for_a_diagnosis(atom) for atom in node.atoms)}
    taken: defaultdict[str, set[str]] = defaultdict(set)
    for mdc, node in nodes:
        taken[mdc.code] |= scheme.lists.get(("dx", node.name, "A"), frozenset())
    for line in tables["mdc_dx"]:
        owner, code, _ = line.cells
        if owner not in takes_any and code not in taken[owner]:
            yield Problem("W411", line.place, {"code": code})


def _asks_for_a_diagnosis(atom: Atom) -> bool:
    return atom.op in (Op.PRINCIPAL_IN, Op.ANY_DIAGNOSIS_IN) and atom.list == "A"


def _unknown(scheme: Scheme, tables: Tables) -> Iterator[Problem]:
    for names, columns in (
        (scheme.icd10, {"mdc_dx": 1, "adrg_dx": 2, "mcc": 0, "cc": 0, "exclusion": 0}),
        (scheme.icd9cm3, {"adrg_proc": 2, "valid_proc": 0}),
    ):
        told = set[str]()
        for table, column in columns.items() if names else ():
            for line in tables[table]:
                code = line.cells[column]
                if code not in names and code not in told:
                    told.add(code)
                    yield Problem("W408", line.place, {"code": code})


def _rows(tables: Tables) -> Iterator[Problem]:
    """W409: a row that stands twice."""
    for name in COLUMNS:
        counted = Counter(line.cells for line in tables[name])
        for line in reversed(tables[name]):
            if counted[line.cells] > 1:
                counted[line.cells] -= 1
                yield Problem("W409", line.place)
