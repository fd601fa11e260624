"""The commands put together. Each module brings its own; what is heavy is imported when a command runs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from typer.main import get_command

from tongchou.faces.cli import (
    budget,
    check,
    clear,
    clear_record,
    compare,
    demo,
    dip,
    drg,
    explain,
    group,
    his,
    imports,
    indicators,
    lake,
    lint,
    messages,
    posting,
    quotas,
    region,
    server,
    settle,
    synth,
    workbooks,
)
from tongchou.faces.cli.speak import Json, Lang, cut, guarded, start_language

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="统筹：按政策包运行一个医保统筹区 || Tongchou: run a pooled medical-insurance region declared in a folder",
    epilog="退出码：0 无误；1 有问题、不合格或拒付；2 用法错误；3 输入无法读取"
    " || exit codes: 0 fine; 1 findings, failures or a refusal; 2 wrong usage; 3 unreadable input",
)
for _name, _command in {
    "lint": lint.lint,
    "check": check.check,
    "settle": settle.settle,
    "lake": lake.lake,
    "compare": compare.compare,
    "synth": synth.synth,
    "explain": explain.explain,
    "budget": budget.budget,
    "quotas": quotas.quotas,
    "group": group.group,
    "indicators": indicators.indicators,
    "demo": demo.demo,
    "his": his.his,
    "begin": server.begin,
    "serve": server.serve,
    "backup": server.backup,
    "restore": server.restore,
    "post-batch": posting.post_batch,
    "verify": server.verify,
}.items():
    app.command(_name)(guarded(_command))
app.command("manage", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
    guarded(server.manage)
)
app.add_typer(imports.app, name="import")
app.add_typer(server.keys_app, name="keys")
app.add_typer(region.app, name="region")
app.add_typer(workbooks.scheme_app, name="scheme")
app.add_typer(dip.app, name="dip")
app.add_typer(drg.app, name="drg")
app.add_typer(messages.app, name="messages")
clear.app.command("from-record")(guarded(clear_record.from_record))
app.add_typer(clear.app, name="clear")


def _version(wanted: bool) -> None:
    if wanted:
        from tongchou import __version__

        print(__version__)
        raise typer.Exit


@app.callback()
def _start(
    lang: Lang = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 || the version")
    ] = False,
) -> None:
    pass


def run(arguments: list[str] | None = None) -> None:
    """Run the command line; ends the process with its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    start_language(words)
    command = get_command(app)
    _translate(command)
    command(args=words, prog_name="tongchou")


def _translate(command: object) -> None:
    """Leave one language in every help text."""
    for name in ("help", "short_help", "epilog"):
        if hasattr(command, name):
            setattr(command, name, cut(getattr(command, name)))
    for part in (*getattr(command, "params", ()), *getattr(command, "commands", {}).values()):
        _translate(part)


__all__ = ["Json", "app", "run"]
