"""The tax bureau's file: a look at what it would do, and taking it, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, QuerySet, Sum
from django.db.models.functions import Coalesce

from tongchou.ground.errors import Problem, ProblemError, fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.scope import system
from tongchou.record.contributions.models import Part, Receipt, ReceiptFile
from tongchou.record.contributions.movements import take_in
from tongchou.record.contributions.sheets import NUMBER, Sheet
from tongchou.record.orgs.commands import organisation
from tongchou.record.orgs.models import Organisation

_ALL = system("a number of a receipt, and the content of a file, are taken once in the whole region")


@dataclass(frozen=True)
class Preview:
    """What taking a file would do. `taken_before` is the file with the same content, if there is one; `over` is what it
    brings beyond what is owed, in fen, and `over_rows` the rows that do."""

    rows: int
    fen: int
    first: date
    last: date
    orders: int
    persons: int
    taken_before: int | None
    over: int
    over_rows: tuple[int, ...]
    problems: tuple[Problem, ...]


def preview(sheet: Sheet) -> Preview:
    """Look at a file without taking it."""
    actor().needs("contributions.receive")
    before = _before(sheet)
    parts = Part.objects.filter(id__in={moved.part for moved in sheet.movements})
    known = set(parts.values_list("id", flat=True))
    days = [moved.day for moved in sheet.movements]
    over = {} if before is not None else _over(sheet, parts)
    return Preview(
        rows=len(sheet.movements),
        fen=sheet.fen,
        first=min(days),
        last=max(days),
        orders=parts.values("order_id").distinct().count(),
        persons=parts.values("order__person_id").distinct().count(),
        taken_before=None if before is None else before.pk,
        over=sum(over.values()),
        over_rows=tuple(over),
        problems=() if before is not None else tuple(_wrong(sheet, known)),
    )


@command("contributions.take_file", needs="contributions.receive")
def take_file(*, sheet: Sheet) -> ReceiptFile:
    """Record every receipt of a file, or none; a file with the same content changes nothing.

    Raises every problem with its row and column, as `take_in` does, and J105 for numbers that are known.
    """
    before = _before(sheet)
    if before is not None:
        return before
    if problems := list(_wrong(sheet, None)):
        raise ProblemError(*problems)
    try:
        with transaction.atomic():
            file = ReceiptFile.objects.create(
                agency=_mine(),
                name=sheet.name,
                digest=sheet.digest,
                rows=len(sheet.movements),
                fen=sheet.fen,
                by=actor().user,
                at=clock.now(),
            )
    except IntegrityError as error:
        raise fail("J105", number=sheet.name) from error
    take_in(sheet.movements, where=sheet.place, file=file)
    return file


def _before(sheet: Sheet) -> ReceiptFile | None:
    return ReceiptFile.objects.within(_ALL).filter(digest=sheet.digest).first()


def _wrong(sheet: Sheet, parts: set[int] | None) -> list[Problem]:
    """What can be said before anything is written; parts are looked at where they are given."""
    numbers = {moved.number for moved in sheet.movements}
    taken = set(Receipt.objects.within(_ALL).filter(number__in=numbers).values_list("number", flat=True))
    found = []
    for at, moved in enumerate(sheet.movements):
        if moved.number in taken:
            found.append(Problem("J105", sheet.place(at, NUMBER), {"number": moved.number}))
        if parts is not None and moved.part not in parts:
            found.append(Problem("J106", sheet.place(at), {"part": moved.part}))
    return found


def _over(sheet: Sheet, parts: QuerySet[Part]) -> dict[int, int]:
    """Row → what it brings beyond what is left to pay of its part, after the rows above it."""
    paid = Coalesce(Sum("receipts__fen"), 0, output_field=BigIntegerField())
    left = {number: fen - had for number, fen, had in parts.annotate(paid=paid).values_list("id", "fen", "paid")}
    found = {}
    for at, moved in enumerate(sheet.movements):
        room = max(0, left.get(moved.part, moved.fen))
        left[moved.part] = room - moved.fen
        if moved.fen > room:
            found[sheet.rows[at]] = moved.fen - room
    return found


def _mine() -> Organisation:
    mine = actor().organisation
    return organisation(mine) if mine is not None else Organisation.objects.filter(kind="agency").order_by("path")[0]
