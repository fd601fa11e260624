"""Taking a file, and using it."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes

from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.orgs.commands import organisation
from tongchou.record.uploads.models import Upload
from tongchou.record.uploads.purposes import Preview, named

SAMPLES = 50
"""Examples of what an import would do that are kept for its preview."""


class File:
    """A name and a content; in the trail stands no more than its name, size and digest."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = re.sub(r"[\x00-\x1f\x7f]", "", re.split(r"[/\\]", name)[-1])[-100:] or "-"
        self.content = content
        sm3 = hashes.Hash(hashes.SM3())
        sm3.update(content)
        self.digest = sm3.finalize().hex()

    def __str__(self) -> str:
        return f"{self.name} ({len(self.content)} bytes, SM3 {self.digest})"


@command("uploads.take", needs="uploads.take")
def take(*, purpose: str, file: File, options: Mapping[str, str] | None = None) -> Upload:
    """Look at a file and keep it until it is used. Nothing else changes; what is wrong with it is kept for the sheet
    of errors. Raises U303 for an import that does not exist, A101 without its permission."""
    wanted = named(purpose)
    actor().needs(wanted.needs)
    who = actor()
    where = organisation(who.organisation or 0)
    try:
        seen = wanted.look(file.content, options or {})
    except ProblemError as error:
        seen = Preview({}, problems=error.problems)
    return Upload.objects.create(
        organisation=where,
        user=who.user,
        purpose=purpose,
        options=dict(options or {}),
        name=file.name,
        digest=file.digest,
        size=len(file.content),
        content=None if seen.problems else _packed(file.content),
        state="faulty" if seen.problems else "ready",
        counts=dict(seen.counts),
        findings=_findings(seen),
        taken_at=clock.now(),
    )


def use(number: int, purpose: str) -> tuple[Upload, bytes]:
    """The upload that a command is about to import, marked as used; it returns to what it was when the command fails.

    The command has locked ("upload", number). Raises A114 when there is none in scope, U301 for one with errors, U302
    for one that was used or is for something else.
    """
    found, content = peek(number, purpose)
    found.state, found.content = "used", None
    found.save()
    return found, content


def peek(number: int, purpose: str) -> tuple[Upload, bytes]:
    """The same, not used yet: for a command that must read the file to know what to lock. Raises as `use` does."""
    found = Upload.objects.filter(id=number).first()
    if found is None:
        raise fail("A114")
    if found.purpose != purpose or found.state == "used":
        raise fail("U302")
    if found.state == "faulty" or found.content is None:
        raise fail("U301")
    return found, _unpacked(found.content)


def findings(found: Upload) -> dict[str, Any]:
    """Samples, unknown headers and problems that a look at the file gave."""
    kept = json.loads(found.findings)
    kept["problems"] = [Problem(one["code"], Place(**one["place"]), one["details"]) for one in kept["problems"]]
    return kept


def _findings(seen: Preview) -> str:
    problems = [{"code": one.code, "place": vars(one.place), "details": one.details} for one in seen.problems]
    content = {"samples": list(seen.samples)[:SAMPLES], "unknown": list(seen.unknown), "problems": problems}
    return json.dumps(content, ensure_ascii=False, default=str)


def _packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 1)).decode()


def _unpacked(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))
