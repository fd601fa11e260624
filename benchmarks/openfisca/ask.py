"""Asks the peer, in its own environment, to settle claims: arrays go there and come back as files."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.openfisca.slots import Slots

PEER = Path(__file__).parent / "peer.py"
_LONGEST = 1200  # seconds


@dataclass(frozen=True)
class Answer:
    """The peer's name, the seconds of its fastest round, and layer → fen by claim."""

    name: str
    seconds: float
    paid: dict[str, Any]


def ask(python: Path, figures: dict[str, Any], slots: Slots, rounds: int = 3) -> Answer:
    """What the peer pays for the claims. `CalledProcessError` with its own words when it fails."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("figures.json", "claims.npz", "payments.npz")]
        files[0].write_text(json.dumps(figures, ensure_ascii=False), "utf-8")
        np.savez(files[1], **slots.values)
        # Nothing of ours is on its path.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        command = [str(python), str(PEER), *map(str, files), str(rounds)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=_LONGEST, check=True, env=environment)
        told = json.loads(done.stdout.splitlines()[-1])
        with np.load(files[2]) as archive:
            paid = {layer: slots.fen(yuan) for layer, yuan in archive.items()}
    return Answer(told["name"], told["seconds"], paid)
