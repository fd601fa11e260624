"""What a formula or condition yields, before any claim is seen: a number, a date, a word, a list or a condition."""

from __future__ import annotations

from tongchou.ground.region.expression import Tree
from tongchou.ground.region.vocabulary import DATE, LIST, NUMERIC, WORD, Vocabulary, WordList

CONDITION = "condition"
_ARITHMETIC = ("add", "sub", "mul", "div", "neg")
_LOGIC = ("all_of", "any_of", "not_")
_TWO_DATES = ("days", "workdays", "months")


class Misfit(Exception):
    """A part of a tree yields another kind of value than its place needs."""

    def __init__(self, part: str, needed: str, found: str) -> None:
        super().__init__(f"{part}: {found}, not {needed}")
        self.details = {"value": part, "needed": needed, "found": found}


def kind_of_name(name: str, vocabulary: Vocabulary) -> str | None:
    """The kind of value a name gives; None when nobody knows it."""
    dimension = vocabulary.dimensions.get(name)
    if dimension is not None:
        is_list = isinstance(dimension, WordList) and vocabulary.kind_of_fact(dimension.of) == LIST
        return LIST if is_list else WORD
    return NUMERIC if name in vocabulary.indices else vocabulary.kind_of_fact(name)


def kind_of(tree: Tree, vocabulary: Vocabulary) -> str | None:
    """The kind of value a tree yields; None when it hangs on an unknown name (reported as such).

    Raises:
        Misfit: some part cannot be computed, whatever the claim.
    """
    head = tree[0]
    if head in ("number", "date"):
        return NUMERIC if head == "number" else DATE
    if head == "name":
        return kind_of_name(tree[1], vocabulary)
    if head in _ARITHMETIC:
        _need(tree[1:], NUMERIC, vocabulary, head)
        return NUMERIC
    if head == "call":
        return _kind_of_call(tree, vocabulary)
    if head in _LOGIC:
        _need(tree[1:], CONDITION, vocabulary, head.rstrip("_"))
    elif head == "compare":
        _check_comparison(tree, vocabulary)
    elif head == "has":
        _need(tree[1:2], LIST, vocabulary, "has")
    elif head != "always":
        _check_words(tree, vocabulary)
    return CONDITION


def _need(parts: tuple[Tree, ...], needed: str, vocabulary: Vocabulary, where: str) -> None:
    for part in parts:
        found = kind_of(part, vocabulary)
        if found not in (needed, None):
            raise Misfit(_name(part, where), needed, str(found))


def _check_comparison(tree: Tree, vocabulary: Vocabulary) -> None:
    left, right = kind_of(tree[1], vocabulary), kind_of(tree[3], vocabulary)
    if left is None or right is None:
        return
    if left not in (NUMERIC, DATE):
        raise Misfit(_name(tree[1], tree[2]), f"{NUMERIC}, {DATE}", left)
    if right != left:
        raise Misfit(_name(tree[3], tree[2]), left, right)


def _check_words(tree: Tree, vocabulary: Vocabulary) -> None:
    found = kind_of(tree[1], vocabulary)
    if tree[1][0] != "name" or found in (LIST, DATE):
        raise Misfit(_name(tree[1], "is"), WORD, str(found))


def _kind_of_call(tree: Tree, vocabulary: Vocabulary) -> str | None:
    function, arguments = tree[1], tree[2:]
    needed = {"if": 3, "count": 1, "ceil": 1, "floor": 1} | dict.fromkeys(_TWO_DATES, 2)
    if len(arguments) != needed.get(function, max(1, len(arguments))):
        raise Misfit(f"{function}()", f"{needed.get(function, 1)}", f"{len(arguments)}")
    if function == "if":
        _need(arguments[:1], CONDITION, vocabulary, function)
        _need(arguments[1:], NUMERIC, vocabulary, function)
    elif function == "count":
        _need(arguments, LIST, vocabulary, function)
    else:
        _need(arguments, DATE if function in _TWO_DATES else NUMERIC, vocabulary, function)
    return NUMERIC


def _name(part: Tree, where: str) -> str:
    return str(part[1]) if part[0] in ("name", "number", "date") else where
