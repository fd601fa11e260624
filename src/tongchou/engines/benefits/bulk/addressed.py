"""The step rewritten for one memory: every array becomes the place in it where the array begins.

Passing dozens of arrays from function to function costs a compiled loop far more than the arithmetic does. So the
source of the step is taken as it stands, and only its addressing changes: `row.limit[i]` becomes `m[m[7] + i]`, where
slot 7 of the memory holds the address of `row.limit`; a local array is a number and `cells[k]` is `m[cells + k]`. No
formula is written twice, and a test holds the two forms equal.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

from tongchou.engines.benefits import exact, scale, step
from tongchou.engines.benefits.shape import Row, Shape, Size, Spare, Trace

PARTS: dict[str, Any] = {"size": Size, "shape": Shape, "row": Row, "trace": Trace, "spare": Spare}
SLOTS: dict[str, int] = {
    name: slot for slot, name in enumerate(f"{part}.{field}" for part, kind in PARTS.items() for field in kind._fields)
}
"""Where the memory keeps the address of every array (or, for `size`, the number itself)."""
MODULES: tuple[ModuleType, ...] = (exact, scale, step)
MEMORY = "m"


def source() -> str:
    """The functions of the step over one memory, as the text of a module without imports but `gcd`."""
    text = ['"""Made from the step by `addressed.py`; see there."""', "from math import gcd", ""]
    text += [f"{name} = {value!r}" for name, value in sorted(_constants().items())]
    rewriter = _Rewriter({function.__name__ for function in functions()})
    for function in functions():
        tree = ast.parse(inspect.getsource(function))
        text += ["", ast.unparse(ast.fix_missing_locations(rewriter.visit(tree)))]
    return "\n".join(text) + "\n"


def functions() -> Iterator[FunctionType]:
    for module in MODULES:
        for value in vars(module).values():
            if isinstance(value, FunctionType) and value.__module__ == module.__name__:
                yield value


def _constants() -> dict[str, int]:
    """The whole numbers the functions know by name."""
    found: dict[str, int] = {}
    for module in MODULES:
        found |= {name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, int)}
    return found


class _Rewriter(ast.NodeTransformer):
    def __init__(self, known: set[str]) -> None:
        self.known = known

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        kept = [ast.arg(a.arg) for a in node.args.args if a.arg not in PARTS]
        node.args.args = [ast.arg(MEMORY), *kept]
        node.returns = None
        node.body = [s for s in node.body if not _is_text(s)]
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in self.known:
            kept = [a for a in node.args if not (isinstance(a, ast.Name) and a.id in PARTS)]
            node.args = [ast.Name(MEMORY, ast.Load()), *kept]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        assert isinstance(node.value, ast.Name)
        slot = ast.Constant(SLOTS[f"{node.value.id}.{node.attr}"])
        return ast.Subscript(ast.Name(MEMORY, ast.Load()), slot, ast.Load())

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        place = ast.BinOp(self.visit(node.value), ast.Add(), self.visit(node.slice))
        return ast.Subscript(ast.Name(MEMORY, ast.Load()), place, node.ctx)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
