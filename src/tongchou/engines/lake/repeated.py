"""Which of more numbers than memory holds occur more than once."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from tongchou.engines.lake.names import Names

_AT_ONCE = 2**24  # numbers sorted at once: 128 MiB


def repeated(numbers: Iterable[Names], most: int, folder: Path, at_once: int = _AT_ONCE) -> Names:
    """The numbers that occur more than once, in order.

    There are about `most` of them. They wait in files in `folder`, equal ones in the same file, `at_once` in each.
    """
    count = most // at_once + 1
    paths = [folder / f"repeated-{part}" for part in range(count)]
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("wb")) for path in paths]
        for some in numbers:
            part = (some >> np.uint64(16)) % np.uint64(count)  # a claim's number ends in sixteen noughts
            for place, file in enumerate(files):
                file.write((some if count == 1 else some[part == place]).tobytes())
    return np.concatenate([_twice(path) for path in paths])


def _twice(path: Path) -> Names:
    found = np.fromfile(path, dtype=np.uint64)
    path.unlink()
    found.sort()
    return np.unique(found[1:][found[1:] == found[:-1]])
