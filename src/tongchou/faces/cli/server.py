"""`tongchou begin`, `serve`, `manage`, `backup`, `restore`, `verify`, `keys`: the server and its keeping."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tongchou.faces.cli.speak import FINDINGS, OK, Json, Lang, emit, finish, guarded, refuse, say, show_problems, tell

keys_app = typer.Typer(no_args_is_help=True, help="密钥 || keys")


def serve(
    host: Annotated[str, typer.Option(help="监听地址 || address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口 || port")] = 8000,
    threads: Annotated[int, typer.Option(min=1, help="同时处理的请求 || requests at a time")] = 8,
    lang: Lang = None,
) -> None:
    """启动业务系统 || start the server, with an embedded database unless DATABASE_URL names one"""
    _needs_server()
    from tongchou.faces.serving import run
    from tongchou.record.project.start import running

    with running(waiting=tell):
        tell(say(f"业务系统在 http://{host}:{port}", f"serving on http://{host}:{port}"))
        run(host, port, threads)


def begin(
    code: Annotated[str, typer.Option(help="第一个经办机构的编码 || code of the first agency")],
    name: Annotated[str, typer.Option(help="它的名称 || its name")],
    lang: Lang = None,
    json: Json = False,
) -> None:
    """建立第一个经办机构和两名用户，密码只显示这一次 || the first agency and two users; passwords are shown only now"""
    _needs_server()
    from tongchou.record.project.start import running

    with running():
        from tongchou.record.orgs.beginning import begin as first_users

        passwords = first_users(code, name)
    for username, password in passwords.items():
        tell(f"{username}  {password}")
    emit({"users": passwords})


def manage(context: typer.Context) -> None:
    """运行 Django 的管理命令 || run a management command of Django"""
    _needs_server()
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
    _needs_server()
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
    _needs_server()
    from tongchou.record.project.backups import restore as load
    from tongchou.record.project.start import bring_up_to_date, running

    with running(migrate=False):
        load(file)
        bring_up_to_date()
    tell(say("已恢复；请运行 tongchou verify", "restored; now run tongchou verify"))
    emit({"restored": str(file)})


def verify(lang: Lang = None, json: Json = False) -> None:
    """核对审计链 || check the trail"""
    _needs_server()
    from tongchou.record.project.start import running

    with running(migrate=False):
        from tongchou.record.audit.verify import verify as check

        problems = check()
    show_problems(problems, to=tell)
    tell(say(f"问题 {len(problems)}", f"{len(problems)} problems"))
    code = FINDINGS if problems else OK
    emit({"problems": [problem.as_dict() for problem in problems]}, code)
    finish(code)


@keys_app.command("make")
@guarded
def make_keys() -> None:
    """生成密钥（已有则不动） || make the keys where there are none"""
    _needs_server()
    from tongchou.record.base.secret import make_keys as make
    from tongchou.record.project import places

    make(places.keys())
    tell(say(f"密钥在 {places.keys()}，请另存一份到别处", f"the keys are in {places.keys()}; keep a copy elsewhere"))


@keys_app.command("add")
@guarded
def add_key() -> None:
    """换用新的加密密钥 || seal with a new key from now on"""
    _needs_server()
    from tongchou.record.base.secret import add_key as add
    from tongchou.record.project import places

    number = add(places.keys())
    tell(say(f"今后用第 {number} 号密钥加密", f"key {number} seals from now on"))


def _needs_server() -> None:
    from importlib.util import find_spec

    if find_spec("django") is None or find_spec("psycopg") is None:
        refuse(
            "没有安装业务系统：pip install 'tongchou[server]'",
            "the server is not installed: pip install 'tongchou[server]'",
        )
