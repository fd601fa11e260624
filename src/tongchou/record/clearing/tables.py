"""The tables of a year in memory, and as they are kept: one for each institution, the same bytes for the same rows."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tongchou.engines.payment import Year
from tongchou.engines.payment.table_columns import COLUMNS
from tongchou.engines.payment.tables import nothing, year_of
from tongchou.record.clearing.given import given, table_of
from tongchou.record.clearing.models import ClearingYear
from tongchou.record.clearing.steps import ALL
from tongchou.record.packs.queries import pack_of
from tongchou.record.providers.models import Institution, Level

EVIDENCE = ("reason", "method", "evidence")
"""What stands beside the engine's columns in a kept case: why it is out, how it is paid, how it came to its group."""


def levels_of(year: ClearingYear) -> dict[str, str]:
    """The level of each institution of the branch at the year's end, by its code; an empty one where it has none."""
    last = pack_of(year.pack_id).year.span(year.year)[1]
    rows = Institution.objects.within(ALL).filter(organisation__path__startswith=year.agency.path)
    found = dict.fromkeys(rows.values_list("code", flat=True), "")
    had = Level.objects.within(ALL).filter(institution__in=rows.values("id"), during__contains=last)
    return found | dict(had.values_list("institution__code", "level"))


def institutions(year: ClearingYear, levels: Mapping[str, str], needed: Iterable[str]) -> pa.Table:
    """The engine's institutions: those needed, with what was given of them."""
    told = {row["institution"]: row for row in given(year, "institutions")}
    names = Institution.objects.within(ALL).filter(code__in=set(needed)).select_related("organisation")
    rows = [
        {"institution": one.code, "name": one.name, "level": levels.get(one.code, ""), **told.get(one.code, {})}
        for one in names.order_by("code")
    ]
    return table_of("institutions", rows)


def assembled(found: Mapping[str, pa.Table]) -> Year:
    """A year of the tables that there are, the others empty; checked and joined by the engine."""
    return year_of({name: found[name] if name in found else nothing(name, Path(name)) for name in COLUMNS})


def packed(table: pa.Table) -> bytes:
    """A table as Parquet."""
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd", compression_level=3)
    return stream.getvalue()


def unpacked(content: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(content))


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def fund_of(table: pa.Table) -> int:
    """What the fund was charged by settlements that stand, in fen."""
    return int(pc.sum(pc.if_else(table["reversed"], 0, table["fund"])).as_py() or 0)


def zipped(folder: Path) -> bytes:
    """A folder as a ZIP file; the same bytes for the same files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for file in sorted(file for file in folder.rglob("*") if file.is_file()):
            out.writestr(zipfile.ZipInfo(str(file.relative_to(folder))), file.read_bytes(), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def unzipped(content: bytes, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed_:
        packed_.extractall(folder)
