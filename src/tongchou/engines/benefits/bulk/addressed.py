"""The step over one memory: where every array of it lies, and its text for the compiler.

Passing dozens of arrays from function to function costs a compiled loop far more than the arithmetic does. So all
numbers lie in one memory, and an array of the step is an address in it. No formula is written twice: the compiler is
given the source of the step as it stands, and a plain run calls the step itself on views of the same memory. A test
holds the two equal.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

from tongchou.engines.benefits import exact, scale, step
from tongchou.engines.benefits.bulk import faster
from tongchou.engines.benefits.shape import Row, Shape, Size, Spare, Trace

PARTS: dict[str, Any] = {"size": Size, "shape": Shape, "row": Row, "trace": Trace, "spare": Spare}
SLOTS: dict[str, int] = {
    name: slot
    for slot, name in enumerate(
        [*(f"{part}.{field}" for part, kind in PARTS.items() for field in kind._fields), "cell"]
    )
}
"""Where the memory keeps the address of every array (or, for `size`, the number itself). `cell`: which cell of the
tables is the first of the visit; above 0 where one of several cells is settled alone."""
TABLES: tuple[tuple[str, ...], ...] = (
    (
        *("row.active", "shape.payer", "shape.term_start", "shape.limit_start", "shape.band_start"),
        *("shape.feed_start", "row.deductible", "shape.charged_count", "row.yearly_maximum", "shape.yearly_count"),
        *("shape.scale", "shape.scale_count", "row.rate_unit", "row.floor_numerator", "row.floor_denominator"),
        *("shape.floor_payer", "row.unit", "row.mode", "shape.rank_at"),
    ),
    ("shape.term_pot", "shape.term_at", "row.take_numerator", "row.take_denominator"),
    ("shape.limit_of", "shape.limit_count", "row.limit"),
    ("row.edge", "shape.rate_at"),
    ("row.feed", "shape.feed_of", "shape.feed_count"),
    ("shape.layer_at",),
    ("shape.term_cell",),
    ("row.rate",),
    ("row.rank",),
)
"""Columns whose numbers stand side by side, record after record: of layers, terms, limits, bands, feeds and so on."""
OF_CELLS = frozenset(("shape.term_cell", "row.rate", "row.rank"))
"""Columns with a number for every cell."""
STRIDES: dict[str, int] = {name: len(table) for table in TABLES for name in table}
"""How far one number of a column lies from the next."""
MODULES: tuple[ModuleType, ...] = (exact, faster, scale, step)
_RENAMED = {(exact, "muldiv"): "long_muldiv", (exact, "mulmod"): "long_mulmod", (step, "step"): "settle"}
_LEFT_OUT = {(exact, "muldivmod"), (faster, "product_of")}
_FEW = """
def NAME(m, given, counts):
    own = Spare(SPARE)
    size = Size(m[0], CELLS, m[2])
    return settle(size, shape_of(m), row_of(m), pointer(m, given), pointer(m, counts), trace_of(m), own)
"""
"""Most visits have one cell or two. For them the compiler is told so: no loop over cells is left, and the working room
of a cell becomes a register."""
_STEP = """
def cells(m, given, counts):
    spare = spare_of(m)
    size = Size(m[0], m[1], m[2])
    return settle(size, shape_of(m), row_of(m), pointer(m, given), pointer(m, counts), trace_of(m), spare)

def step(m, given, counts):
    if m[1] == 1:
        return one_cell(flat(m), given, counts)
    return two_cells(flat(m), given, counts) if m[1] == 2 else cells(flat(m), given, counts)
"""


def settle(m: Any, given: int, counts: int) -> int:
    """The step on views of the memory, as plain Python; `given` and `counts` are addresses."""
    view: Any = memoryview(m)
    parts = {
        part: kind(*(view[_place(m, f"{part}.{f}") :: STRIDES.get(f"{part}.{f}", 1)] for f in kind._fields))
        for part, kind in PARTS.items()
        if part != "size"
    }
    return step.step(Size(*view[: len(Size._fields)]), given=view[given:], counts=view[counts:], **parts)


def _place(m: Any, name: str) -> int:
    """Where an array begins, at the first cell of the visit."""
    return int(m[SLOTS[name]] + (m[SLOTS["cell"]] if name in OF_CELLS else 0))


def source() -> str:
    """The functions of the step, and `step(m, given, counts)` over one memory, as the text of a module."""
    pointers = "column, flat, pointer, product_of, quotient_of, remainder_of, room"
    text = [
        '"""Made from the step by `addressed.py`; see there."""',
        "from math import gcd",
        f"from tongchou.engines.benefits.bulk.pointers import {pointers}",
        "from tongchou.engines.benefits.shape import Row, Shape, Size, Spare, Trace",
        *(f"{name} = {value!r}" for name, value in sorted(_constants().items())),
        *(_text(module, function) for module, function in functions()),
        *(_opener(part, kind) for part, kind in PARTS.items() if part != "size"),
        _few("one_cell", 1),
        _few("two_cells", 2),
        _STEP,
    ]
    return "\n\n".join(text)


def functions() -> Iterator[tuple[ModuleType, FunctionType]]:
    """Those of the step, each with its module."""
    for module in MODULES:
        for function in functions_of(module):
            if (module, function.__name__) not in _LEFT_OUT:
                yield module, function


def functions_of(module: ModuleType) -> Iterator[FunctionType]:
    """The functions that a module defines itself."""
    for value in vars(module).values():
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            yield value


def _constants() -> dict[str, int]:
    """The whole numbers the functions know by name."""
    found: dict[str, int] = {}
    for module in MODULES:
        found |= {name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, int)}
    return found


def _text(module: ModuleType, function: FunctionType) -> str:
    tree = _Divisions().visit(ast.parse(inspect.getsource(function)))
    definition = tree.body[0]
    definition.name = _RENAMED.get((module, function.__name__), function.__name__)
    definition.args.args = [ast.arg(a.arg) for a in definition.args.args]
    definition.returns = None
    return ast.unparse(ast.fix_missing_locations(tree))


class _Divisions(ast.NodeTransformer):
    """Nothing that the step divides is negative, so a division need not round towards minus infinity."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        return _divided(node.left, node.op, node.right) or node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        before = ast.parse(ast.unparse(node.target), mode="eval").body
        divided = _divided(before, node.op, node.value)
        return node if divided is None else ast.Assign([node.target], divided)


def _divided(one: ast.expr, by: ast.operator, other: ast.expr) -> ast.Call | None:
    called = "quotient_of" if isinstance(by, ast.FloorDiv) else "remainder_of" if isinstance(by, ast.Mod) else None
    return None if called is None else ast.Call(ast.Name(called, ast.Load()), [one, other], [])


def _opener(part: str, kind: Any) -> str:
    """A function that finds one part of the memory: columns of the tables, or arrays to write to."""
    found = [_column(f"{part}.{f}") or f"pointer(m, m[{SLOTS[f'{part}.{f}']}])" for f in kind._fields]
    return f"def {part}_of(m):\n    return {kind.__name__}({', '.join(found)})"


def _column(name: str) -> str | None:
    for table in TABLES:
        if name in table:
            place = f"m[{SLOTS[table[0]]}]" + (f" + m[{SLOTS['cell']}]" if name in OF_CELLS else "")
            return f"column(m, {place}, {len(table)}, {table.index(name)})"
    return None


def _few(name: str, cells: int) -> str:
    """The step for visits with so many cells, in working room of its own; the weights may be those of bands."""
    size = {"rests": 2 * cells}
    rooms = {field: f"room({size.get(field, cells)})" for field in Spare._fields}
    rooms["weights"] = f"pointer(m, m[{SLOTS['spare.weights']}])"
    return _FEW.replace("NAME", name).replace("CELLS", str(cells)).replace("SPARE", ", ".join(rooms.values()))
