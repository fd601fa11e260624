"""Numbers, conditions and pots as Chinese phrases."""

from __future__ import annotations

from fractions import Fraction

from tongchou.ground.lint.show import figure, value_text
from tongchou.ground.lint.words import COMPARISONS, DATE_COMPARISONS, FACTS, FUNCTIONS, POTS, REMAINDERS, VALUES
from tongchou.ground.region.expression import Tree, words_of
from tongchou.ground.region.model import Condition, Unit
from tongchou.ground.region.number import Cell, Formula, Highest, Literal, Number, Table
from tongchou.ground.region.pack import Pack

_INFIX = {"add": "+", "sub": "−", "mul": "×", "div": "÷"}
_IS = {"is_": "为", "is_not": "不为", "in_": "为", "not_in": "不为", "has": "含"}


class Phrases:
    """The phrases of one pack: it knows the names of its layers and how its intervals run."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack

    def name(self, name: str) -> str:
        return FACTS.get(name, name)

    def pot(self, pot: str, scheme: str) -> str:
        layer, _, remainder = pot.partition(".")
        if not remainder:
            return POTS[pot]
        return f"{self.pack.layers[scheme][layer].name}留下的{REMAINDERS[remainder]}"

    def number(self, number: Number | None, unit: Unit) -> str:
        """A number with its unit, tables unrolled word by word."""
        if isinstance(number, Literal):
            return self._literal(number.value, unit)
        if isinstance(number, Formula):
            return self.tree(number.tree)
        if isinstance(number, Table):
            return "、".join(self._cell(cell, unit) for cell in number.cells)
        assert isinstance(number, Highest)
        return self._highest(number, unit)

    def when(self, condition: Condition | None) -> str:
        """`…的,` for a condition, nothing without one."""
        if condition is None or condition.tree[0] == "always":
            return ""
        return f"{self.tree(condition.tree)}的,"

    def tree(self, tree: Tree) -> str:
        """A formula or condition in words."""
        head = tree[0]
        if head == "number":
            return figure(tree[1]) if tree[1].denominator == 1 else f"{figure(tree[1] * 100)}%"
        if head == "name":
            return self.name(tree[1])
        if head == "date":
            return value_text(tree[1])
        if head in _INFIX:
            return f" {_INFIX[head]} ".join(self._operand(part) for part in tree[1:])
        if head == "call":
            return f"{FUNCTIONS[tree[1]]}({','.join(self.tree(part) for part in tree[2:])})"
        if head == "compare":
            verbs = DATE_COMPARISONS if "date" in (tree[1][0], tree[3][0]) else COMPARISONS
            return f"{self.tree(tree[1])}{verbs[tree[2]]} {self.tree(tree[3])}"
        if head in _IS:
            return f"{self.tree(tree[1])}{_IS[head]}{'、'.join(VALUES.get(w, w) for w in words_of(tree))}"
        if head in ("all_of", "any_of"):
            return (",且" if head == "all_of" else ",或").join(self._operand(part) for part in tree[1:])
        if head == "neg":
            return f"−{self._operand(tree[1])}"
        return "总是" if head == "always" else f"并非({self.tree(tree[1])})"

    def _operand(self, tree: Tree) -> str:
        inner = self.tree(tree)
        return f"({inner})" if tree[0] in ("add", "sub", "any_of", "all_of") else inner

    def _literal(self, value: Fraction | None, unit: Unit) -> str:
        if value is None:
            return "不限"
        if unit is Unit.MONEY:
            return f"{figure(value)} 元"
        if unit is Unit.POINTS:
            return f"{'加' if value >= 0 else '减'} {figure(abs(value))} 个百分点"
        if unit in (Unit.COUNT, Unit.PLAIN):
            return figure(value)
        hundredths = figure(value * 100)
        return figure(value) if "/" in hundredths else f"{hundredths}%"  # 1/12, and not 25/3%

    def _cell(self, cell: Cell, unit: Unit) -> str:
        inner = self.number(cell.number, unit)
        nested = isinstance(cell.number, Table)
        words = "和".join(cell.words)
        return f"{words}({inner})" if nested else f"{words} {inner}"

    def _highest(self, number: Highest, unit: Unit) -> str:
        said = f"{self.name(number.over)}中最高的一项({self.number(number.table, unit)})"
        if not (isinstance(number.plus, Literal) and number.plus.value == 0):
            more = "每多一项" if number.each_extra else "有两项以上的"
            said += f",{more}再加 {self.number(number.plus, unit)}"
        if number.at_most is not None:
            said += f",最多 {self.number(number.at_most, unit)}"
        return said
