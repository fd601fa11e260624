"""`tongchou messages`: the log of the interface, written out and played again on a copy of the record."""

from __future__ import annotations

import base64
import json as as_json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tongchou.faces.cli.server import needs_server
from tongchou.faces.cli.speak import FINDINGS, Json, Lang, emit, guarded, refuse, say, tell

if TYPE_CHECKING:
    from tongchou.faces.gateway.replaying import Logged

app = typer.Typer(no_args_is_help=True, help="接口报文 || messages of the interface")


def export(
    out: Annotated[Path, typer.Argument(help="写成此文件（JSON Lines） || file to write, JSON Lines")],
    since: Annotated[datetime | None, typer.Option(help="从何时起 || from when")] = None,
    institution: Annotated[str, typer.Option(help="机构编码 || code of an institution")] = "",
    lang: Lang = None,
    json: Json = False,
) -> None:
    """写出报文日志：含参保人信息，妥善保管 || write the log; it tells of people, so keep it safe"""
    needs_server()
    if out.exists():
        refuse(f"{out} 已经存在", f"{out} exists")
    from tongchou.record.project.start import running

    with running(migrate=False):
        count = _write(out, since, institution)
    tell(say(f"写出报文 {count:,} 条", f"{count:,} messages written"))
    emit({"messages": count})


def _write(out: Path, since: datetime | None, institution: str) -> int:
    from tongchou.record.base import clock
    from tongchou.record.base.scope import scoped, system
    from tongchou.record.exchange.models import Message

    count = 0
    with scoped(system("the log is written out")), out.open("w", encoding="utf-8") as stream:
        rows = Message.objects.exclude(institution=None).order_by("id")
        if since is not None:
            rows = rows.filter(at__gte=since.replace(tzinfo=clock.CHINA))
        if institution:
            rows = rows.filter(institution__code=institution)
        for row in rows.iterator(chunk_size=500):
            texts = {"request": _text(row.request), "answer": _text(row.answer)}
            stream.write(as_json.dumps({"at": row.at.isoformat(), **texts}) + "\n")
            count += 1
    return count


def _text(content: bytes) -> str:
    return base64.b64encode(bytes(content)).decode()


def play(
    log: Annotated[Path, typer.Argument(help="export 写出的文件 || what export wrote")],
    copy: Annotated[bool, typer.Option("--copy", help="确认这里是副本 || yes, this record is a copy")] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """在副本上重放报文并比对应答 || play messages again on a copy of the record and compare the answers"""
    needs_server()
    if not copy:
        refuse("重放会改变这里的数据：只在副本上进行，并加 --copy", "playing changes the record: say --copy, on a copy")
    from tongchou.record.project.start import running

    with running(migrate=False):
        from tongchou.faces.gateway.replaying import play as play_again

        played = differing = 0
        for one in play_again(_read(log)):
            played += 1
            if one.differs:
                differing += 1
                path, (before, now) = next(iter(one.differs.items()))
                tell(f"{one.infno} {one.msgid}: {path}: {before} → {now}")
    tell(say(f"重放 {played:,} 条，应答不同 {differing:,} 条", f"{played:,} played, {differing:,} answered otherwise"))
    emit({"played": played, "differing": differing})
    if differing:
        raise typer.Exit(FINDINGS)


def _read(log: Path) -> Iterator[Logged]:
    from tongchou.faces.gateway.replaying import Logged

    with log.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                row = as_json.loads(line)
                at = datetime.fromisoformat(row["at"])
                yield Logged(at, *(base64.b64decode(row[name]) for name in ("request", "answer")))
            except (ValueError, KeyError, TypeError):
                refuse(f"{log}:{number} 不是报文日志", f"{log}:{number} is no message of a log")


app.command("export")(guarded(export))
app.command("play")(guarded(play))
