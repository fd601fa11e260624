"""A confirmed year as folders: of each institution its own records with what is public of all, so that it counts its
clearing again without any database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tongchou.engines.payment.folder import publish, read
from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.base.actor import actor
from tongchou.record.clearing.models import Cleared, Published
from tongchou.record.clearing.steps import ALL, the
from tongchou.record.clearing.tables import digest_of, unzipped, zipped
from tongchou.record.providers.models import Institution


def keep_published(found: Cleared) -> None:
    """Keep the folder of each institution of a clearing, once; part of the command that confirms it."""
    if Published.objects.within(ALL).filter(cleared=found).exists():
        return
    with city(found) as folder, TemporaryDirectory(prefix="tongchou-published-") as name:
        out = Path(name)
        codes = publish(read(folder), out)
        by_code = {one.code: one for one in Institution.objects.within(ALL).filter(code__in=codes)}
        for code in codes:
            content = zipped(out / code)
            Published.objects.create(
                cleared=found, institution=by_code[code], content=content, digest=digest_of(content)
            )


@contextmanager
def city(found: Cleared) -> Iterator[Path]:
    """The whole of a clearing as a folder, for as long as the block lasts."""
    with TemporaryDirectory(prefix="tongchou-clearing-") as name:
        unzipped(found.content, Path(name))
        yield Path(name)


def published(*, year_id: int, number: int, institution_id: int) -> Published:
    """The folder of an institution in scope, packed. Raises A114 before the clearing is confirmed too."""
    actor().needs("clearing.read")
    found: Published | None = Published.objects.filter(
        cleared__year=the(year_id), cleared__number=number, institution=institution_id
    ).first()
    if found is None:
        raise fail("A114")
    with TemporaryDirectory(prefix="tongchou-published-") as name:
        unzipped(found.content, Path(name))
        people = read(Path(name)).year.records["person"].unique().to_pylist()
    trail.seen("clearing.published", {int(one) for one in people})
    return found


def write(*, year_id: int, number: int, out: Path) -> list[str]:
    """Write the folders of all institutions in scope below `out`, each by its code; the codes. Raises A114."""
    actor().needs("clearing.read")
    rows = Published.objects.filter(cleared__year=the(year_id), cleared__number=number).select_related("institution")
    codes = []
    for one in rows.order_by("institution__code").iterator(chunk_size=16):
        unzipped(one.content, out / one.institution.code)
        codes.append(one.institution.code)
    if not codes:
        raise fail("A114")
    return codes
