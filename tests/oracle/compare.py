"""Engine and oracle on the same claims: the first difference stops the run and shows everything needed to repeat it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from pprint import pformat
from typing import Any

from tests.oracle.book import Book
from tests.oracle.histories import History
from tests.oracle.oracle import Oracle, Verdict
from tests.oracle.packs import World, write_folder
from tongchou.engines.benefits.claim import Claim, LayerResult, Refusal, Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import Key, State

FIELDS = (
    "layer base entered deductible_due deductible start covered target formula room paid used own_share over_cap"
    " topped_up"
).split()
MONEY = "layer base entered deductible covered paid used own_share over_cap topped_up".split()
ALL_FIELDS, ALL_MONEY = attrgetter(*FIELDS), attrgetter(*MONEY)
OUT = Path("build/oracle")
REMEMBERED = 2
"""In one world of so many the engine remembers claims; it does so at a counter, and does not in bulk."""


class Difference(AssertionError):
    """The two sides do not agree."""


class Comparison:
    """Settles histories of one world on both sides and keeps count of what was exercised."""

    def __init__(self, world: World, tally: Counter[str]) -> None:
        self.world, self.tally = world, tally
        remembering = world.seed // 2 % REMEMBERED == 0  # processes take even and odd seeds
        self.engine, self.oracle = Engine(world.pack, remembering), Oracle(world.pack)
        tally["worlds with a memory"] += remembering

    def run(self, history: History) -> int:
        """Compare every claim and, at the end, the state. Returns the number of claims."""
        state, book = State(), Book()
        open_accounts(history, state, book)
        for claim in history.claims:
            result, verdict = self.engine.settle(claim, state), self.oracle.settle(claim, book)
            self.tally["claims"] += 1
            self.tally["settled" if isinstance(result, Settlement) else "refused"] += 1
            self.tally.update(verdict.seen)
            if history.changed.get(claim.id):
                self.tally["person changed class"] += 1
            differences = list(compare(result, verdict))
            if differences:
                raise self.report(claim, differences, result, verdict, history)
        if differences := list(compare_states(state, book)):
            raise self.report(history.claims[-1], differences, state, book.amounts.own, history)
        return len(history.claims)

    def report(self, claim: Claim, differences: list[str], result: Any, verdict: Any, history: History) -> Difference:
        """The difference with the claim, the folder that repeats it, and both sides."""
        folder = OUT / f"pack-{self.world.seed}"
        write_folder(folder, self.world.documents)
        text = [
            f"world {self.world.seed}, claim {claim.id}: {len(differences)} differences; the pack is in {folder}",
            *differences[:20],
            f"claim: {pformat(claim, width=150)}",
            f"engine: {pformat(result, width=150)}",
            f"oracle: {pformat(verdict, width=150)}",
        ]
        OUT.mkdir(parents=True, exist_ok=True)
        (OUT / f"difference-{self.world.seed}.txt").write_text("\n".join(text), encoding="utf-8")
        return Difference("\n".join(text))


def open_accounts(history: History, state: State, book: Book) -> None:
    for person in history.people:
        for kind, fen in person.balances.items():
            book.balances[person.id, kind] = fen
            state.amounts[account_key(person.id, kind)] = fen


def account_key(person: str, kind: str) -> Key:
    return Key(f"account:{kind}", person, "ever", "")


def compare_states(state: State, book: Book) -> Iterator[str]:
    """What both sides carry on to the next claim: counters, balances, stays, what is left of every line."""
    ours: dict[tuple[str, ...], int] = {tuple(key): fen for key, fen in book.amounts.items()}
    ours |= {tuple(account_key(*account)): fen for account, fen in book.balances.items()}
    for (person, year), stays in book.stays.items():
        ours["stays", person, str(year), ""] = len(stays)
        ours |= {("stay", person, str(year), stay): n for n, stay in enumerate(stays, 1)}
    theirs = {tuple(key): fen for key, fen in state.amounts.items()}
    for key in sorted({*ours, *theirs}):
        yield from _same(f"state {key}", theirs.get(key, 0), ours.get(key, 0))
    for name, line in state.lines.items():
        left = tuple(p - r for p, r in zip(line.parts, line.returned_parts, strict=True))
        yield from _same(f"state of line {name}", left, book.lines.get(name, None))
    yield from _same("lines in the state", len(state.lines), len(book.lines.own))


def compare(result: Settlement | Refusal, verdict: Verdict) -> Iterator[str]:
    """Every field in which the two sides differ, as `name: engine | oracle`."""
    if isinstance(result, Refusal):
        engine_says = result.guard or (result.problems[0].code if result.problems else None)
        if engine_says != (verdict.guard or verdict.code):
            yield f"refused: {engine_says} | {verdict.guard or verdict.code}"
        return
    if verdict.refused:
        yield f"refused: settled | {verdict.guard or verdict.code}"
        return
    if verdict.several:
        parts = result.notes.get("parts", (result,))
        yield from _same("number of parts", len(parts), len(verdict.several))
        for part, other in zip(parts, verdict.several, strict=False):
            yield from compare_parts(part, other)
    else:
        yield from compare_parts(result, verdict)
    yield from _same("paid", _nonzero(result.paid), _nonzero(verdict.paid))
    for name in ("package_excess", "hospital", "cash"):
        yield from _same(name, getattr(result, name), getattr(verdict, name))


def compare_parts(result: Settlement, verdict: Verdict) -> Iterator[str]:
    for name in ("package_excess", "hospital", "cash"):
        yield from _same(name, getattr(result, name), getattr(verdict, name))
    yield from _same("year", int(result.year), verdict.year)
    yield from _same("parts", dict(result.parts), dict(verdict.parts))
    yield from _same("line parts", list(result.line_parts), verdict.line_parts)
    yield from _same("layers", [x.layer for x in result.layers], [x.layer for x in verdict.layers])
    for engine_layer, outcome in zip(result.layers, verdict.layers, strict=False):
        yield from compare_layers(engine_layer, outcome, result.cells, verdict.cells)
    for name, amounts in result.pots.items():
        yield from _same_by_cell(f"pot {name}", result.cells, amounts, verdict.cells, verdict.pots[name])


def compare_layers(layer: LayerResult, outcome: Any, cells: Any, our_cells: Any) -> Iterator[str]:
    yield from _same(f"{layer.layer}.skipped", layer.skipped, outcome.skipped_by)
    if outcome.skipped:
        return
    names, read = (MONEY, ALL_MONEY) if outcome.is_given else (FIELDS, ALL_FIELDS)
    if read(layer) != read(outcome):
        for name, one, other in zip(names, read(layer), read(outcome), strict=True):
            yield from _same(f"{layer.layer}.{name}", one, other)
    yield from _same_by_cell(f"{layer.layer}.paid_cells", cells, layer.paid_cells, our_cells, outcome.paid_cells)
    lengths = [length for length in outcome.lengths if length]
    yield from _same(f"{layer.layer}.bands", [band.length for band in layer.bands if band.length], lengths)


def _same(name: str, engine: Any, oracle: Any) -> Iterator[str]:
    if engine != oracle:
        yield f"{name}: {engine} | {oracle}"


def _nonzero(amounts: Any) -> dict[Any, int]:
    return {k: v for k, v in amounts.items() if v}


def _same_by_cell(name: str, cells: Any, engine: Any, our_cells: Any, oracle: Any) -> Iterator[str]:
    """Amounts cell by cell; the sides may keep different empty cells."""
    if list(cells) == list(our_cells):
        if list(engine) != list(oracle):
            yield f"{name}: {engine} | {oracle}"
    else:
        yield from _same(name, _by_cell(cells, engine), _by_cell(our_cells, oracle))


def _by_cell(cells: Any, amounts: Any) -> dict[Any, int]:
    return {cell: fen for cell, fen in zip(cells, amounts, strict=False) if fen}
