"""What a lake says of itself, in the file `lake.json` beside its tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tongchou.ground.errors import Place, fail
from tongchou.ground.tables import TABLES
from tongchou.ground.tables.values import shown

FORMAT: Final = 2
"""The version of what is written; a later one is refused, for it may mean something else by the same words. A lake of
format 1 has no verdicts."""

Basis = Literal["admission", "discharge", "settlement"]
Buckets = Annotated[int, Field(ge=1, le=2**16)]
Count = Annotated[int, Field(ge=0)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
M = TypeVar("M", bound=BaseModel)


class Whence(BaseModel):
    """The file that a table came from: its rows and SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    rows: Count
    sha256: Digest


class Manifest(BaseModel):
    """A lake: the date its claims are ordered by, its buckets, and what each of its tables holds.

    `rows[table][bucket]`; `columns[table]`: name → Arrow type, `_row` included; `whole`: tables that belong to nobody's
    household, copied as they were. `seals[bucket]`: the digest of its files and of the verdict on them
    (`verdicts`), None for a bucket that could not be judged.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1, 2] = FORMAT
    basis: Basis
    buckets: Buckets
    sources: dict[str, Whence]
    columns: dict[str, dict[str, str]]
    rows: dict[str, list[Count]]
    whole: list[str] = []
    seals: list[Digest | None] = []

    @model_validator(mode="after")
    def _agrees(self) -> Manifest:
        if not set(self.sources) <= set(TABLES) or set(self.sources) != {*self.rows, *self.whole}:
            raise ValueError("tables")
        if set(self.rows) != set(self.columns) or any(len(rows) != self.buckets for rows in self.rows.values()):
            raise ValueError("buckets")
        if any(sum(rows) != self.sources[name].rows for name, rows in self.rows.items()):
            raise ValueError("rows")
        if len(self.seals) != (0 if self.format == 1 else self.buckets):
            raise ValueError("seals")
        return self


def write_manifest(manifest: BaseModel, path: Path) -> None:
    path.write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")


def read_manifest(kind: type[M], path: Path, absent: str) -> M:
    """Raises `ProblemError`: `absent` when there is none, K102 a damaged one, K103 one of a later format."""
    place = Place(file=str(path))
    try:
        content = path.read_bytes()
    except OSError:
        raise fail(absent, place, folder=path.parent) from None
    try:
        text = content.decode()
        version = json.loads(text)["format"]
        known = kind.model_fields["format"].default
        if isinstance(version, int) and version > known:
            raise fail("K103", place, version=version, known=known)
        return kind.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        reason = f"{type(error).__name__}: {error}"
    raise fail("K102", place, reason=shown(reason))
