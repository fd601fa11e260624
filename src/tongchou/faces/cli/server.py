"""`tongchou begin`, `serve`, `manage`, `backup`, `restore`, `verify`, `keys`: the server and its keeping."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tongchou.faces.cli.speak import FINDINGS, OK, Json, Lang, emit, finish, guarded, refuse, say, show_problems, tell

if TYPE_CHECKING:
    from tongchou.ground.errors import Problem

keys_app = typer.Typer(no_args_is_help=True, help="密钥 || keys")


def serve(
    host: Annotated[str, typer.Option(help="监听地址 || address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口 || port")] = 8000,
    threads: Annotated[int, typer.Option(min=1, help="同时处理的请求 || requests at a time")] = 8,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="虚构的城市，供试接口 || an invented city, to try the interface on")
    ] = False,
    home: Annotated[
        Path | None, typer.Option(help="试用数据留在此文件夹 || keep the sandbox in this folder", show_default=False)
    ] = None,
    lang: Lang = None,
) -> None:
    """启动业务系统 || start the server, with an embedded database unless DATABASE_URL names one"""
    needs_server()
    if sandbox:
        serve_sandbox(host, port, threads, home)
        return
    if home is not None:
        refuse("--home 只与 --sandbox 同用", "--home goes with --sandbox")
    from tongchou.faces.serving import run
    from tongchou.record.project.start import running

    with running(waiting=tell):
        tell(say(f"业务系统在 http://{host}:{port}", f"serving on http://{host}:{port}"))
        run(host, port, threads)


def serve_sandbox(host: str, port: int, threads: int, home: Path | None) -> None:
    """A city of its own, which believes whoever asks from this machine."""
    from tongchou.faces.cli.table import show
    from tongchou.faces.sandbox import opened, table
    from tongchou.faces.serving import run

    if host not in ("127.0.0.1", "::1", "localhost"):
        refuse("试用城市不核对身份，只能在本机", "the sandbox believes everybody; it is for this machine only")
    with opened(home, tell) as today:
        tell(say(f"今天是 {today}", f"today is {today}"))
        headers = (say("医药机构编码", "institution"), say("名称", "name"), say("类别", "kind"))
        show(headers, [[row[name] for name in ("code", "name", "kind")] for row in table("institutions")])
        names = ("card", "name", "scheme", "status", "category", "disease", "suspended")
        headers = (say("身份证号", "card"), say("姓名", "name"), say("险种", "insured"), say("状态", "status"))
        headers += (say("类别", "category"), say("慢特病", "disease"), say("停保", "suspended"))
        show(headers, [[row[name] for name in names] for row in table("people")])
        run(host, port, threads, ready=lambda: _say_where(host, port))


def _say_where(host: str, port: int) -> None:
    tell(say(f"试用城市在 http://{host}:{port}", f"the sandbox is at http://{host}:{port}"))
    sys.stdout.flush()


def begin(
    code: Annotated[str, typer.Option(help="第一个经办机构的编码 || code of the first agency")],
    name: Annotated[str, typer.Option(help="它的名称 || its name")],
    lang: Lang = None,
    json: Json = False,
) -> None:
    """建立第一个经办机构和两名用户，密码只显示这一次 || the first agency and two users; passwords are shown only now"""
    needs_server()
    from tongchou.record.project.start import running

    with running():
        from tongchou.record.orgs.beginning import begin as first_users

        passwords = first_users(code, name)
    for username, password in passwords.items():
        tell(f"{username}  {password}")
    emit({"users": passwords})


def manage(context: typer.Context) -> None:
    """运行 Django 的管理命令 || run a management command of Django"""
    needs_server()
    from django.core.management import execute_from_command_line

    from tongchou.record.project.start import running

    with running(migrate=False):
        execute_from_command_line(["tongchou manage", *context.args])


def backup(
    out: Annotated[Path, typer.Argument(help="备份写成此文件 || file for the backup")],
    lang: Lang = None,
    json: Json = False,
) -> None:
    """备份数据库；密钥不在其中 || back the database up; keys are not in it"""
    needs_server()
    from tongchou.record.project.backups import backup as make
    from tongchou.record.project.start import running

    if out.exists():
        refuse(f"{out} 已经存在", f"{out} exists")
    with running(migrate=False):
        size = make(out)
    tell(say(f"备份写在 {out}，密钥请另行保管", f"written to {out}; keep the keys elsewhere"))
    emit({"out": str(out), "bytes": size})


def restore(
    file: Annotated[Path, typer.Argument(help="备份文件 || the backup")],
    lang: Lang = None,
    json: Json = False,
) -> None:
    """把备份恢复到空的数据库 || restore a backup into an empty database"""
    needs_server()
    from tongchou.record.project.backups import restore as load
    from tongchou.record.project.start import bring_up_to_date, running

    with running(migrate=False):
        load(file)
        bring_up_to_date()
    tell(say("已恢复；请运行 tongchou verify", "restored; now run tongchou verify"))
    emit({"restored": str(file)})


def verify(
    replay: Annotated[bool, typer.Option("--replay", help="逐笔重新结算对比 || settle everything again, too")] = False,
    processes: Annotated[int | None, typer.Option(min=1, help="进程数 || processes")] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """核对审计链、账簿和结算 || check the trail, the books and the settlements"""
    needs_server()
    from tongchou.faces.cli.progress import progress
    from tongchou.record.project.start import running

    with running(migrate=False):
        from tongchou.record.audit.verify import verify as trail
        from tongchou.record.settlement.verify import EVERY
        from tongchou.record.settlement.verify import verify as invariants

        with progress(say("核对", "checking"), len(EVERY) + 2) as done:
            steps = iter(range(len(EVERY) + 2))
            problems = trail() + invariants(lambda name: done(next(steps)))
        events, found = settle_again(processes) if replay else (None, [])
        problems += found
    show_problems(problems, to=tell)
    if events is not None:
        tell(say(f"重新结算 {events} 笔", f"{events} events settled again"))
    tell(say(f"问题 {len(problems)}", f"{len(problems)} problems"))
    code = FINDINGS if problems else OK
    emit({"replayed": events, "problems": [problem.as_dict() for problem in problems]}, code)
    finish(code)


def settle_again(processes: int | None) -> tuple[int, list[Problem]]:
    """How many events were settled again, and where that came out otherwise."""
    from tongchou.faces.cli.progress import progress
    from tongchou.faces.cli.workers import each_share
    from tongchou.record.project.start import hang_up
    from tongchou.record.settlement.replay import shares

    parts = shares()
    hang_up()
    events, problems = 0, []
    with progress(say("重新结算", "settling again"), len(parts)) as done:
        work = each_share(partial(_replaying, parts), range(len(parts)), processes) if parts else ()
        for count, (_, (settled, found)) in enumerate(work, 1):
            events += settled
            problems += found
            done(count)
    return events, problems


def _replaying(parts: Sequence[Iterable[int]]) -> Callable[[int], tuple[int, list[Problem]]]:
    """Called once in each process that shares the work: what replays a share by its number."""
    from tongchou.record.project.start import start

    start(migrate=False)
    from tongchou.record.settlement.replay import replay

    def work(number: int) -> tuple[int, list[Problem]]:
        found = replay(parts[number])
        return found.events, found.problems

    return work


@keys_app.command("make")
@guarded
def make_keys() -> None:
    """生成密钥（已有则不动） || make the keys where there are none"""
    needs_server()
    from tongchou.record.base.secret import make_keys as make
    from tongchou.record.project import places

    make(places.keys())
    tell(say(f"密钥在 {places.keys()}，请另存一份到别处", f"the keys are in {places.keys()}; keep a copy elsewhere"))


@keys_app.command("add")
@guarded
def add_key() -> None:
    """换用新的加密密钥 || seal with a new key from now on"""
    needs_server()
    from tongchou.record.base.secret import add_key as add
    from tongchou.record.project import places

    number = add(places.keys())
    tell(say(f"今后用第 {number} 号密钥加密", f"key {number} seals from now on"))


def needs_server() -> None:
    from importlib.util import find_spec

    if find_spec("django") is None or find_spec("psycopg") is None:
        refuse(
            "没有安装业务系统：pip install 'tongchou[server]'",
            "the server is not installed: pip install 'tongchou[server]'",
        )
