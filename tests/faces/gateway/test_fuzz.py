"""`make test` sends five thousand messages that nobody would write, `make soak` a million.

The million goes on where it was stopped (`build/soak`), as long as the program is the same, and tells how far it is.
"""

import hashlib
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.faces.gateway.fuzz import SALVO, Writer, real, salvo
from tests.faces.gateway.hospital import Hospital
from tongchou.faces.gateway.calls import HANDLERS

ROOT = Path(__file__).parents[3]
FEW, MANY = 5_000, int(os.environ.get("TONGCHOU_FUZZ", "1_000_000"))
SHARES = 2
_EVERY_SECONDS = 10


@pytest.fixture
def samples(shared: Path) -> tuple[dict[str, Any], ...]:
    """The requests of the field, and those of the written chains."""
    folder = shared / "examples/interface"
    found = [json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*_request_*.json"))]
    for file in sorted(folder.glob("constructed/*.json")):
        found += [step["request"] for step in json.loads(file.read_text("utf-8"))["steps"]]
    return tuple(one for one in found if one["infno"] in HANDLERS)


def test_every_message_is_answered(hospital: Hospital) -> None:
    known, tally = real(hospital), Counter[str]()
    for seed in range(FEW // SALVO // 2):
        tally += salvo(Writer(hospital, known, seed))
    assert 0 < tally["0"] < tally.total() == FEW // 2


def test_every_sample_gone_wrong_is_answered(hospital: Hospital, samples: tuple[dict[str, Any], ...]) -> None:
    known, tally = real(hospital), Counter[str]()
    for seed in range(FEW // SALVO // 2):
        tally += salvo(Writer(hospital, known, seed, samples))
    assert 0 < tally["0"] < tally.total() == FEW // 2


@pytest.mark.soak
@pytest.mark.parametrize("share", range(SHARES))
def test_a_million_messages(
    hospital: Hospital, samples: tuple[dict[str, Any], ...], share: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Salvo upon salvo, the odd ones one share and the even ones the other."""
    kept = ROOT / "build" / "soak" / f"fuzz-{program()}-{share}.json"
    tally: Counter[str] = Counter(json.loads(kept.read_text("utf-8")) if kept.exists() else {})
    known, wanted = real(hospital), MANY // SHARES
    first, began = tally.total(), time.monotonic()
    told = began
    while tally.total() < wanted:
        seed = 1_000_000 + tally.total() // SALVO * SHARES + share
        tally += salvo(Writer(hospital, known, seed, samples))
        keep(tally, kept)
        if time.monotonic() - told > _EVERY_SECONDS:
            told = time.monotonic()
            rate = (tally.total() - first) / (told - began)
            with capsys.disabled():
                sys.stderr.write(f"{tally.total():>10,} of {wanted:,} messages, share {share}, {rate:,.0f} a second\n")
    assert 0 < tally["0"] < tally.total()


def keep(tally: Counter[str], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(dict(tally.most_common()), ensure_ascii=False), "utf-8")
    fresh.replace(file)


def program() -> str:
    """What a count stands for: the program, the city of these tests, and what writes the messages."""
    here = Path(__file__).parent
    files = [*sorted((ROOT / "src").rglob("*.py")), *sorted(here.glob("region/*")), here / "fuzz.py"]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
