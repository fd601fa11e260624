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
from types import FunctionType, ModuleType
from typing import Any

from tongchou.engines.benefits.bulk import addressed, loop, shares
from tongchou.engines.benefits.shape import COLUMNS

SWITCH = "TONGCHOU_COMPILE"
"""Set to 0 in the environment to run everything as plain Python."""
_SMALL = (
    "_room _within _deductible _goes_up muldivmod half_up round_mixed _record _feed _weights allocate place weigh_bands"
    " target_of _collect _spread_deductible _pass"
).split()
"""Put into their callers while compiling: a call costs as much as what they do."""
_OPTIONS = "error_model='numpy', nogil=True, cache=True, _nrt=False"


LOOPS = (shares.share, shares.share_lines, loop.cut, loop.pay, loop.weigh, loop.keep_trace, loop.settle_all)


def wanted() -> bool:
    """Whether to compile: unless it is switched off or the compiler is not installed (`pip install tongchou[fast]`)."""
    return os.environ.get(SWITCH, "1") != "0" and importlib.util.find_spec("numba") is not None


@cache
def machine(compiled: bool) -> Any:
    """A module with `step` over one memory (`addressed.SLOTS`) and with the loops that call it."""
    text = addressed.source() + _loops()
    if not compiled:
        module = ModuleType("tongchou_bulk_plain")
        exec(compile(text, "<the step over one memory>", "exec"), vars(module))
        for function in LOOPS:
            setattr(module, function.__name__, FunctionType(function.__code__, vars(module)))
        return module
    return _imported(_decorated(text))


def _loops() -> str:
    numbers = {
        "FLOOR_PAYER": addressed.SLOTS["shape.floor_payer"],
        "TRACE_PAID": addressed.SLOTS["trace.paid"],
        "TRACE_EXTRA": addressed.SLOTS["trace.extra"],
        "TRACE_AMOUNTS": addressed.SLOTS["trace.amounts"],
        "DEDUCTIBLE": COLUMNS.index("deductible"),
        "PAID_COLUMN": COLUMNS.index("paid"),
        "USED": COLUMNS.index("used"),
        **{name: getattr(loop, name) for name in vars(loop) if name.isupper()},
    }
    text = [f"{name} = {number}" for name, number in numbers.items()]
    for function in LOOPS:
        tree = ast.parse(inspect.getsource(function))
        definition = tree.body[0]
        assert isinstance(definition, ast.FunctionDef)
        definition.args.args = [ast.arg(a.arg) for a in definition.args.args]
        definition.returns = None
        text += ["", ast.unparse(ast.fix_missing_locations(tree))]
    return "\n".join(text) + "\n"


def _decorated(text: str) -> str:
    lines = ["from numba import njit"]
    for line in text.split("\n"):
        if line.startswith("def "):
            name = line[4 : line.index("(")]
            inline = ", inline='always'" if name in _SMALL else ""
            lines.append(f"@njit({_OPTIONS}{inline})")
        lines.append(line)
    return "\n".join(lines)


def _imported(text: str) -> ModuleType:
    name = f"tongchou_bulk_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
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
