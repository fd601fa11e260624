"""The functions of the bulk run, as machine code or as plain Python: the same text either way.

Compiled code is kept between runs in a folder named after the text, so that another version never finds it.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import inspect
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

from tongchou.engines.benefits import shape
from tongchou.engines.benefits.bulk import addressed, loop, passes, shares, splitting, telling

SWITCH = "TONGCHOU_COMPILE"
"""Set to 0 in the environment to run everything as plain Python."""
_RARE = (
    "long_muldiv long_mulmod _allocate _hand_out round_to reduced average_ratio place_on_paid expense_used_on_paid"
    " _pay_given one_cell two_cells cells step share cut share_lines"
).split()
"""Called as functions; everything else is put into its callers, where a call would cost as much as what it does."""
_JOINED = "_pay_computed settle step".split()
"""Become part of their callers before they are compiled, or each would be compiled again with every caller."""
_OPTIONS = "error_model='numpy', nogil=True, cache=True, _nrt=False"

_PASSES = (passes, splitting, telling)
LOOPS = tuple(function for room in (shares, loop, *_PASSES) for function in addressed.functions_of(room))


def wanted() -> bool:
    """Whether to compile: unless it is switched off or the compiler is not installed (`pip install tongchou[fast]`)."""
    on = os.environ.get(SWITCH, "1") != "0" and os.environ.get("NUMBA_DISABLE_JIT", "0") == "0"
    return on and importlib.util.find_spec("numba") is not None


@cache
def machine(compiled: bool) -> Any:
    """A module with `step` over one memory (`addressed.SLOTS`) and with the loops that call it."""
    if compiled:
        known = [f"{name} = {number}" for name, number in _constants().items()]
        return _imported(_decorated("\n\n".join([addressed.source(), *known, *map(_text, LOOPS)])))
    plain = FunctionType(loop.settle_all.__code__, {**vars(loop), "step": addressed.settle})
    passing = {function.__name__: function for room in _PASSES for function in addressed.functions_of(room)}
    return SimpleNamespace(step=addressed.settle, settle_all=plain, **passing)


def _constants() -> dict[str, int]:
    """The whole numbers that the loops know by name."""
    known = {**vars(shares), **vars(loop), **vars(splitting)}
    return {name: value for name, value in known.items() if name.isupper() and isinstance(value, int)}


def _text(function: Any) -> str:
    """Its source; the one that Python calls takes all its arrays as flat ones."""
    tree = ast.parse(inspect.getsource(function))
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    names = [a.arg for a in definition.args.args]
    definition.args.args = [ast.arg(name) for name in names]
    definition.returns = None
    if function is loop.settle_all:
        definition.body[:0] = ast.parse("\n".join(f"{name} = flat({name})" for name in names)).body
    return ast.unparse(tree)


def _decorated(text: str) -> str:
    lines = ["from numba import njit"]
    for line in text.split("\n"):
        if line.startswith("def "):
            name = line[4 : line.index("(")]
            joined = ", inline='always'" if name in _JOINED else ""
            lines.append(f"@njit({_OPTIONS}, forceinline={name not in _RARE}{joined})")
        lines.append(line)
    return "\n".join(lines)


def _imported(text: str) -> ModuleType:
    read = (text, inspect.getsource(shape), Path(__file__).with_name("pointers.py").read_text("utf-8"))
    name = f"tongchou_bulk_{hashlib.sha256(''.join(read).encode()).hexdigest()[:16]}"
    file = _folder() / f"{name}.py"
    if not file.exists() or file.read_text("utf-8") != text:
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as fresh:
            fresh.write(text)
        os.replace(fresh.name, file)
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _folder() -> Path:
    """The user's cache folder, or a temporary one where there is none to write to."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tongchou"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if os.access(home, os.W_OK):
            return home
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="tongchou-"))
