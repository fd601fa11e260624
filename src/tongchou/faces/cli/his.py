"""`tongchou his`: a hospital's software that plays a day against a platform, or checks whether it conforms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tongchou.faces.cli.progress import progress
from tongchou.faces.cli.speak import FINDINGS, OK, Json, Lang, emit, finish, language, refuse, say, tell
from tongchou.faces.cli.table import show

if TYPE_CHECKING:
    from tongchou.faces.his.conform import Result
    from tongchou.faces.his.day import Day
    from tongchou.faces.his.desk import Desk
    from tongchou.faces.his.encounters import Encounter

_SHOWN = 20
"""So many faults are told one by one."""


def his(
    url: Annotated[str, typer.Argument(metavar="URL", help="平台地址 || address of the platform")],
    conform: Annotated[
        bool, typer.Option("--conform", help="逐个交易检查是否符合接口 || check transaction by transaction")
    ] = False,
    institution: Annotated[str, typer.Option(help="医药机构编码 || code of the institution")] = "H99990000001",
    key: Annotated[
        list[str] | None,
        typer.Option(help="密钥 方式:账户:密钥，可按机构写 机构=… || METHOD:ACCOUNT:SECRET, or INSTITUTION=…"),
    ] = None,
    encounters: Annotated[
        Path | None, typer.Option(help="就诊文件，每行一个 JSON || encounters, one JSON object a line")
    ] = None,
    visits: Annotated[int, typer.Option(min=1, help="随机产生的就诊 || visits to draw")] = 100,
    clients: Annotated[int, typer.Option(min=1, max=64, help="同时的窗口 || desks at a time")] = 2,
    seed: Annotated[int, typer.Option(help="随机种子 || seed")] = 1,
    given: Annotated[
        Path | None, typer.Option(help="检查用的人员和项目(YAML) || people and items to check with (YAML)")
    ] = None,
    hard_only: Annotated[
        bool, typer.Option("--hard-only", help="不核各地可以不同的恒等式 4、5 || leave out identities 4 and 5")
    ] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """模拟医院系统：玩一天的就诊，或检查平台是否符合接口 || play a hospital's day, or check that a platform conforms"""
    desk = _desks(url, key or [], regional=not hard_only)
    if conform:
        _conform(desk, institution, given)
    else:
        _day(lambda: desk(institution), _encounters(encounters, visits, seed), clients)


def _desks(url: str, keys: Sequence[str], regional: bool) -> Callable[[str], Desk]:
    """What opens a desk at an institution, with the key that is for it."""
    from tongchou.faces.his.desk import Desk
    from tongchou.faces.his.signing import METHODS, key_of
    from tongchou.faces.his.wire import Wire

    own = {}
    for text in keys:
        whose, found, rest = text.partition("=")
        try:
            own[whose if found and ":" not in whose else ""] = key_of(rest if found and ":" not in whose else text)
        except ValueError:
            known = "、".join(METHODS)
            refuse(f"密钥写作 方式:账户:密钥;方式有 {known}", f"a key is METHOD:ACCOUNT:SECRET; methods: {known}")

    try:
        Wire(url)
    except ValueError:
        refuse(f"地址“{url}”不能用", f"the address '{url}' is no use")
    return lambda institution: Desk(Wire(url), institution, own.get(institution, own.get("")), regional=regional)


def _encounters(file: Path | None, visits: int, seed: int) -> list[Encounter]:
    from tongchou.faces.cli.speak import UNREADABLE
    from tongchou.faces.his.encounters import draw, read, sandbox

    if file is None:
        return draw(sandbox(), visits, seed)
    try:
        return read(file)
    except ValueError as error:
        refuse(str(error), str(error), UNREADABLE)


def _day(desk: Callable[[], Desk], encounters: list[Encounter], clients: int) -> None:
    from tongchou.faces.his.day import latencies, play
    from tongchou.faces.his.reconcile import reconcile

    with progress(say("就诊", "visits"), len(encounters)) as done:
        day = play(encounters, clients, desk, done)
    at = desk()
    statements = reconcile(at, day.books, day.forgotten)
    day.log.take(at.log)
    at.close()
    rows = latencies(day.log)
    headers = (say("交易", "infno"), say("次数", "count"), "p50 ms", "p90 ms", "p99 ms", say("最长 ms", "most ms"))
    show(headers, [list(row.values()) for row in rows])
    rate = day.visits / day.seconds if day.seconds else 0
    tell(say(f"就诊 {day.visits} 次,每秒 {rate:.2f} 次", f"{day.visits} visits, {rate:.2f} a second"))
    _tell_faults(day)
    equal = sum(one.agrees for one in statements)
    for one in statements:
        if not one.agrees:
            tell(f"{one.insutype} {one.clr_type}: {one.why}")
    tell(say(f"对账 {len(statements)} 项,平 {equal} 项", f"{len(statements)} totals reconciled, {equal} equal"))
    code = OK if day.fine and equal == len(statements) else FINDINGS
    emit(
        {
            "visits": day.visits,
            "seconds": round(day.seconds, 3),
            "visits_per_second": round(rate, 3),
            "transactions": rows,
            "refused": [{"card": one.card, "infno": infno, "why": why} for one, infno, why in day.refused],
            "faults": _faults(day),
            "statements": [one.as_dict() for one in statements],
        },
        code,
    )
    finish(code)


def _faults(day: Day) -> list[dict[str, str]]:
    return [
        {"infno": infno, "msgid": msgid, "rule": one.rule, "where": one.where, "found": one.found}
        for infno, msgid, one in day.log.faults
    ]


def _tell_faults(day: Day) -> None:
    for one, _, why in day.refused[:_SHOWN]:
        tell(f"{one.kind} {one.trouble or '-'} {why}")
    for infno, msgid, fault in day.log.faults[:_SHOWN]:
        tell(f"{infno} {msgid} {fault.text(language())}")
    refused, faults = len(day.refused), len(day.log.faults)
    tell(
        say(
            f"没有走完的就诊 {refused},不合格的应答 {faults}",
            f"{refused} visits ended early, {faults} faults in answers",
        )
    )


def _conform(desk: Callable[[str], Desk], institution: str, given: Path | None) -> None:
    from tongchou.faces.his.conform import PASS, chains, conform

    values, asked = chains()
    values = values | {"here": institution} | (_given(given) if given is not None else {})
    with progress(say("检查", "checking"), len(asked)) as done:
        results = conform(desk, values, asked, done)
    rows = _by_transaction(results)
    headers = (say("交易", "infno"), say("名称", "name"), say("通过", "passed"), say("结果", "result"))
    show(headers, [[row["infno"], row["name"], f"{row['passed']}/{row['cases']}", row["result"]] for row in rows])
    for one in results:
        if one.status != PASS and one.status != "absent":
            tell(f"{one.infno} {_in(one.chain)} {_in(one.note)}: {_word(one.status)} {one.why[language() == 'en']}")
    failed = sum(row["status"] == "fail" for row in rows)
    tell(say(f"交易 {len(rows)} 个,不合格 {failed} 个", f"{len(rows)} transactions, {failed} failed"))
    code = FINDINGS if failed else OK
    emit({"transactions": rows, "cases": [_as_dict(one) for one in results]}, code)
    finish(code)


def _given(file: Path) -> dict[str, Any]:
    import yaml

    from tongchou.faces.cli.speak import UNREADABLE

    try:
        found = yaml.safe_load(file.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        refuse(f"{file}: {error}", f"{file}: {error}", UNREADABLE)
    if not isinstance(found, dict):
        refuse(f"{file} 不是一个对象", f"{file} is no mapping", UNREADABLE)
    return found


def _by_transaction(results: Sequence[Result]) -> list[dict[str, Any]]:
    """A transaction passes when each of its cases does; one whose cases could not be asked has failed, too."""
    from tongchou.faces.his.conform import ABSENT, FAIL, PASS
    from tongchou.faces.his.desk import transaction_of

    rows = []
    for infno in sorted({one.infno for one in results}):
        own = [one.status for one in results if one.infno == infno]
        passed = own.count(PASS)
        status = PASS if passed == len(own) else ABSENT if ABSENT in own and FAIL not in own else FAIL
        known = transaction_of(infno)
        name = "-" if known is None else known.name_en if language() == "en" else known.name
        row = {"infno": infno, "name": name, "cases": len(own), "passed": passed}
        rows.append({**row, "status": status, "result": _word(status)})
    return rows


def _word(status: str) -> str:
    return {
        "pass": say("通过", "pass"),
        "fail": say("不合格", "FAIL"),
        "absent": say("未开通", "not offered"),
        "skipped": say("没有问到", "not reached"),
    }[status]


def _in(words: Any) -> str:
    return str(words.get(language(), ""))


def _as_dict(one: Result) -> dict[str, Any]:
    return {
        "infno": one.infno,
        "chain": one.chain["en"],
        "note": one.note.get("en", ""),
        "status": one.status,
        "why": {"zh": one.why[0], "en": one.why[1]},
    }
