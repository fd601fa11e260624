"""The bank's answer: line by line paid or returned, the whole file or nothing of it (F14)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import PurePath
from typing import Any

from tongchou.ground.errors import Place, Problem, ProblemError
from tongchou.ground.money import yuan
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.disbursement import entries
from tongchou.record.disbursement.deciding import must_be, order_key, the
from tongchou.record.disbursement.models import (
    BankAnswer,
    BankFile,
    LineAnswer,
    PaymentItem,
    PaymentLine,
    PaymentOrder,
)
from tongchou.record.sheets import Choice, Code, Column, Day, Fen, read

COLUMNS = (
    Column("reference", "行号", "line", Code(40), required=True),
    Column("number", "账号", "account number", Code(34, r"[0-9A-Za-z]+"), required=True),
    Column("fen", "金额", "amount", Fen(1), required=True),
    Column("outcome", "结果", "result", Choice({"成功": "paid", "退回": "returned"}), required=True),
    Column("code", "退回码", "return code", Code(20), blank=""),
    Column("day", "日期", "day", Day(), required=True),
)


class Sheet:
    """An answer that was read. The trail keeps its name and SHA-256, not its rows."""

    def __init__(self, name: str, digest: str, rows: Sequence[tuple[int, dict[str, Any]]]) -> None:
        self.name, self.digest, self.rows = name, digest, rows

    def __str__(self) -> str:
        return f"{self.name} {self.digest}"

    def place(self, row: int, column: str) -> Place:
        return Place(table=self.name, row=row, column=column)


def read_answer(name: str, content: bytes) -> Sheet:
    """Read a file of the bank's, CSV or XLSX. Raises all that is wrong with its form (U101–U206), a line that is
    answered twice among it (U205)."""
    found = read(content, COLUMNS, key=("reference",))
    if found.problems:
        raise ProblemError(*found.problems)
    name = PurePath(name.replace("\\", "/")).name[:200] or "?"
    rows = [(line.number, line.values) for line in found.lines]
    return Sheet(name, hashlib.sha256(content).hexdigest(), rows)


@command("disbursement.record_returns", needs="payments.send")
def record_returns(*, order_id: int, sheet: Sheet) -> BankAnswer:
    """Record what the bank answered to lines of an order; lines that it left out stay open (`queries.unanswered`). The
    same file again changes nothing.

    A line is paid, or returned, or returned after it was paid. Raises every problem with row and column, and then
    records nothing: M205 for a line that is none of this order, M206 for one whose account or amount was altered, M207
    for one that was answered before, M208 for a day that cannot be or a return without its code; A114, M204.
    """
    order = the(order_id)
    lock(order_key(order))
    must_be(order, "sent")
    before = BankAnswer.objects.filter(order=order, digest=sheet.digest).first()
    if before is not None:
        return before
    known = _Known(order)
    if problems := [one for number, row in sheet.rows for one in known.wrong(sheet, number, row)]:
        raise ProblemError(*problems)
    answer = BankAnswer.objects.create(
        order=order, name=sheet.name, digest=sheet.digest, lines=len(sheet.rows), by=actor().user, at=clock.now()
    )
    known.record(answer, [row for _, row in sheet.rows])
    return answer


def awaited(order_id: int) -> None:
    """That an answer may be handed in for this order, before anybody reads it. Raises A101, A114, M204."""
    actor().needs("payments.send")
    must_be(the(order_id), "sent")


def problems_of(order_id: int, sheet: Sheet) -> list[Problem]:
    """What recording an answer would refuse, for the error sheet."""
    awaited(order_id)
    known = _Known(the(order_id))
    return [one for number, row in sheet.rows for one in known.wrong(sheet, number, row)]


class _Known:
    """The lines of an order with what was answered to them."""

    def __init__(self, order: PaymentOrder) -> None:
        self.order = order
        self.sent = BankFile.objects.get(order=order).at.astimezone(clock.CHINA).date()
        rows = PaymentLine.objects.filter(order=order).select_related("account", "order")
        self.lines = {one.reference: one for one in rows}
        self.answers: defaultdict[int, dict[str, date]] = defaultdict(dict)
        for line, outcome, day in LineAnswer.objects.filter(line__order=order).values_list("line", "outcome", "day"):
            self.answers[line][outcome] = day

    def wrong(self, sheet: Sheet, number: int, row: dict[str, Any]) -> Iterator[Problem]:
        reference = row["reference"]
        line = self.lines.get(reference)
        if line is None:
            yield Problem("M205", sheet.place(number, "行号"), {"line": reference, "order": self.order.pk})
            return
        for column, says, knows in (
            ("账号", row["number"][-4:], line.account.tail if row["number"] == line.account.number else "?"),
            ("金额", yuan(row["fen"]), yuan(line.fen)),
        ):
            if says != knows:
                details = {"line": reference, "what": column, "sent": knows, "told": says}
                yield Problem("M206", sheet.place(number, column), details)
        answered = self.answers[line.pk]
        if "returned" in answered or row["outcome"] in answered:
            yield Problem("M207", sheet.place(number, "结果"), {"line": reference})
        if not max([self.sent, *answered.values()]) <= row["day"] <= clock.today():
            yield Problem("M208", sheet.place(number, "日期"), {"line": reference, "why": f"{row['day']}"})
        if (row["outcome"] == "returned") != bool(row["code"]):
            yield Problem("M208", sheet.place(number, "退回码"), {"line": reference, "why": row["code"] or "退回码"})

    def record(self, answer: BankAnswer, rows: Sequence[dict[str, Any]]) -> None:
        items: defaultdict[int, list[PaymentItem]] = defaultdict(list)
        for item in PaymentItem.objects.filter(line__order=self.order).select_related("line"):
            items[item.line_id].append(item)
        moved: defaultdict[date, list[tuple[PaymentItem, str, str]]] = defaultdict(list)
        made = []
        for row in rows:
            line = self.lines[row["reference"]]
            made.append(LineAnswer(answer=answer, line=line, outcome=row["outcome"], code=row["code"], day=row["day"]))
            out = "paid_out" if "paid" in self.answers[line.pk] else "approved_payment"
            into = "paid_out" if row["outcome"] == "paid" else "payment_returned"
            moved[row["day"]] += [(item, out, into) for item in items[line.pk]]
        LineAnswer.objects.bulk_create(made, batch_size=5_000)
        for day, some in sorted(moved.items()):
            entries.answered(self.order, answer.pk, day, some)
