"""Read a lake bucket by bucket, and tell at once when it is not what it says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tongchou.engines.lake.manifest import Manifest, read_manifest
from tongchou.engines.lake.names import is_text
from tongchou.engines.lake.verdicts import Seal, read_verdict
from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.reasons import why
from tongchou.ground.tables import TABLES, Sifted, judge
from tongchou.ground.tables.parquet import ROW
from tongchou.ground.tables.verdicts import empty_columns, kinds_alone, recall

MANIFEST = "lake.json"


@dataclass(frozen=True)
class Lake:
    """A year of canonical tables in buckets of whole households. Nothing is in memory but what it says of itself.

    Iterating gives the numbers of its buckets: `for bucket in lake: settle(lake.tables(bucket))` has one in memory.
    """

    path: Path
    manifest: Manifest

    @property
    def basis(self) -> str:
        """The date claims are ordered by: admission, discharge or settlement."""
        return self.manifest.basis

    @property
    def buckets(self) -> int:
        return self.manifest.buckets

    @property
    def rows(self) -> dict[str, int]:
        """Rows of every table, those that were copied whole included."""
        return {name: source.rows for name, source in self.manifest.sources.items()}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the manifest, which names the digests of all that was poured in."""
        return sha256((self.path / MANIFEST).read_bytes()).hexdigest()

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.buckets))

    def tables(self, bucket: int, names: Collection[str] | None = None) -> dict[str, pa.Table]:
        """The tables of one bucket, or those of them with these names, by name.

        Columns as they were in the file, words dictionary-encoded, and `_row`, the number of the row
        there. Households stand together, claims in the order in which they settle, lines in the order of the claims.
        `IndexError` for a bucket that is not there; `ProblemError` K105 or K106 for a file that is not what the
        manifest says.
        """
        rows = self.manifest.rows
        wanted = rows if names is None else [name for name in rows if name in names]
        return {name: read_rows(self.path, name, bucket, rows[name], _words(name)) for name in wanted}

    def judged(
        self, bucket: int, needed: Mapping[str, Collection[str]] | None = None
    ) -> tuple[dict[str, pa.Table], Sifted]:
        """All tables of one bucket, with the first those of nobody's household, and what `judge` finds in them.

        It was found when the lake was poured: as long as the files are what they were then, and tables are judged as
        they were, nothing is judged anew. `needed`: columns of some tables beside which the words of their kinds
        (`Links.alike`) are enough; others of theirs are not read, unless some row has to be read one by one.
        `IndexError`; `ProblemError` K104 to K106, T102.
        """
        files, seal = self._files(bucket)
        said = self.manifest.seals[bucket] if self.manifest.seals else None
        kept = None if said is None else read_verdict(self.path, bucket, seal, said)
        if kept is None:
            contents = {name: file.table() for name, file in files.items()}
            return contents, judge(contents)
        if needed is not None and not kinds_alone(kept, needed):
            needed = None
        empty = empty_columns(kept)
        contents = {
            name: file.table(empty[name], None if needed is None else needed.get(name)) for name, file in files.items()
        }
        return contents, recall(contents, kept, needed)

    def sealed(self, bucket: int) -> tuple[dict[str, pa.Table], Seal]:
        """The same tables, and the seal of their files: of the very bytes they are read from."""
        files, seal = self._files(bucket)
        return {name: file.table() for name, file in files.items()}, seal

    def _files(self, bucket: int) -> tuple[dict[str, _File], Seal]:
        rows, seal = self.manifest.rows, Seal()
        files = {name: _part(self.path, name, bucket, rows[name], _words(name)) for name in rows}
        if bucket == 0:
            files |= self._whole()
        for file in files.values():
            seal.add(file.path, file.content)
        return files, seal

    def whole(self) -> dict[str, pa.Table]:
        """The tables that belong to nobody's household. `ProblemError` K104 to K106."""
        return {name: file.table() for name, file in self._whole().items()}

    def _whole(self) -> dict[str, _File]:
        return {name: _read(self.path / f"{name}.parquet", self.rows[name]) for name in self.manifest.whole}


def open_lake(path: Path) -> Lake:
    """The lake in a folder.

    Raises `ProblemError`: K101 no lake, K102 a damaged manifest, K103 one of a later format; or with every file that is
    missing (K104), has not its rows (K105) or cannot be read (K106).
    """
    lake = Lake(path, read_manifest(Manifest, path / MANIFEST, "K101"))
    parts = {part_of(path, name, b): rows for name, each in lake.manifest.rows.items() for b, rows in enumerate(each)}
    parts |= {path / f"{name}.parquet": lake.rows[name] for name in lake.manifest.whole}
    check_parts(parts)
    return lake


def part_of(folder: Path, name: str, bucket: int) -> Path:
    return folder / name / f"{bucket:05d}.parquet"


def check_parts(parts: dict[Path, int]) -> None:
    """`ProblemError` with every file of these that is missing, is no Parquet file or has not this many rows."""
    problems: list[Problem] = []
    for path, rows in parts.items():
        try:
            _agree(path, rows_of(path), rows)
        except ProblemError as error:
            problems += error.problems
    if problems:
        raise ProblemError(*problems)


def rows_of(path: Path) -> int:
    """The rows of a Parquet file. `ProblemError` K104 or K106."""
    with _readable(path):
        rows: int = pq.read_metadata(path).num_rows
    return rows


def read_rows(folder: Path, name: str, bucket: int, rows: Sequence[int], words: Collection[str] = ()) -> pa.Table:
    """One bucket of a table whose buckets have these rows, some of its columns dictionary-encoded (`words`).

    `IndexError`; `ProblemError` K104 to K106.
    """
    return _part(folder, name, bucket, rows, words).table()


def _part(folder: Path, name: str, bucket: int, rows: Sequence[int], words: Collection[str]) -> _File:
    if not 0 <= bucket < len(rows):
        raise IndexError(f"bucket {bucket} of {len(rows)}")
    return _read(part_of(folder, name, bucket), rows[bucket], words)


def _read(path: Path, rows: int, words: Collection[str] = ()) -> _File:
    with _readable(path):
        return _File(path, path.read_bytes(), rows, words)


@dataclass(frozen=True)
class _File:
    """What is in a Parquet file, read once: what is sealed is what is used, whatever becomes of the file.

    `rows`: those it is said to have; `words`: columns to be dictionary-encoded.
    """

    path: Path
    content: bytes
    rows: int
    words: Collection[str]

    def table(self, empty: Collection[str] = (), needed: Collection[str] | None = None) -> pa.Table:
        """`empty`: columns that are known to have no cell; `needed`: the only ones to be read, with the numbers of the
        rows. `ProblemError` K105, K106."""
        with _readable(self.path):
            about = pq.read_metadata(pa.BufferReader(self.content))
            texts = [each.name for each in about.schema.to_arrow_schema() if is_text(each.type)]
            words = [name for name in texts if name in self.words]
            file = pq.ParquetFile(pa.BufferReader(self.content), metadata=about, read_dictionary=words)
            schema = file.schema_arrow
            if needed is not None:
                schema = pa.schema([each for each in schema if each.name in needed or each.name == ROW])
            found = file.read([name for name in schema.names if name not in empty])
        _agree(self.path, len(found), self.rows)
        cells = [_nothing(each, len(found)) if each.name in empty else found[each.name] for each in schema]
        return pa.Table.from_arrays(cells, schema=pa.schema(map(_typed, schema, cells)))


def _typed(field: pa.Field, cells: pa.Array | pa.ChunkedArray) -> pa.Field:
    return field.with_type(cells.type)


def _nothing(field: pa.Field, rows: int) -> pa.Array:
    """An empty column: whoever judges the table gives it its type, but asks whether words come as a dictionary."""
    return pa.nulls(rows, field.type if pa.types.is_dictionary(field.type) else None)


def _words(name: str) -> list[str]:
    """Columns that repeat a few texts: whoever reads a table judges and compares each of them once."""
    return [column.name for column in TABLES[name].columns if column.is_word]


def _agree(path: Path, rows: int, said: int) -> None:
    if rows != said:
        raise fail("K105", _place(path), rows=rows, said=said)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise fail("K104", _place(path)) from None
    except (pa.ArrowException, OSError, ValueError) as error:
        raise fail("K106", _place(path), **why(error)) from None


def _place(path: Path) -> Place:
    return Place(file=str(path))
