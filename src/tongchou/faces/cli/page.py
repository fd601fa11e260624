"""The documentation page of the commands, written from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from tongchou.faces.cli.app import app

_HEAD = """# Commands

<!-- Written by `tongchou.faces.cli.page`; change the commands, not this page. -->

`tongchou` speaks Chinese; `--lang en` (before or after the command) or `TONGCHOU_LANG=en` makes it English.
With `--json` every command that was called rightly writes exactly one JSON document to standard output: `ok`,
`exit_code`, and what the command found; amounts are whole fen. Messages for people go to standard output,
complaints and progress to standard error. `REGION` is the path of a region folder or the name of a shipped one.

| exit code | 含义 | meaning |
|---|---|---|
| 0 | 无误 | done, nothing wrong |
| 1 | 有问题、算例不合、拒付、对账不符 | findings, failed cases, the claim is refused, totals that do not reconcile |
| 2 | 用法错误 | the command was used wrongly |
| 3 | 输入无法读取 | the input cannot be read: no such region, a region with errors, unreadable tables |

- **lint** prints `path:line: CODE message — what to do`; warnings alone are exit code 0.
- **check** ends with the line `N passed, M failed`. A published example that its own terms contradict is listed
  with both figures and its reason and counts as neither.
- **settle** reads the [canonical tables](tables.md) in `--data` and writes `settlements`, `line_results`,
  `events`, `rejects`, `states` and `summary.json`. The folder appears complete or not at all; earlier results are
  replaced only with `--force`, and anything else in that folder is never touched. A claim is *settled*;
  *refused* under an article or because the person is not enrolled or entitled (a row of `settlements` with its
  reason); or *rejected* because its data cannot be settled (rows of `rejects` with table, row and column; the
  rest settles). Claims and fees are counted from the file anew and must equal settled + refused + rejected;
  payers and lines must sum to the settled fee. `--assume` gives a fact to claims that lack it and is written
  into the summary. `--after` goes on after earlier results, from what households had used up
  ([how](../algorithms/lake.md#on-disk)). `--trace` also writes [traces and changes](traces.md). `--numbers` stores
  amounts by row number instead of tables with texts ([what](../how-to/settle-a-folder.md)). Parquet, and a lake
  bucket by bucket, settles in shares of whole households, in the memory of a share for each process; the number of
  shares and of processes changes nothing in the result.
- **lake** puts Parquet tables of any size and in any order into buckets of whole households, ordered as the region
  settles them ([how](../algorithms/lake.md)); it needs the memory of one bucket and of a few bytes a claim.
- **budget** takes the figures of a year by name and prints what is left for institutions, step by step with the
  article, and what each gets of it ([how](../algorithms/budget.md), [the file](../handbook/budgets.md#a-years-budget)).
- **quotas** splits a year's total to institutions by three years of service and cost
  ([how](../algorithms/quotas.md), [how to](../how-to/split-and-negotiate-a-budget.md)).
- **indicators** counts the indicators of service agreements ([how](../algorithms/agreement-indicators.md)) from tables
  and, with `--results`, their settlements. One whose table is missing is told (I115) and makes the exit code 1.
- **explain** takes a claim written as a case (`scheme`, `claim`, `person`, `lines`, `given`, `state`,
  `history`), or the id of a case; or, with `--settlements DIR --id ID --data DIR`, a row that `settle` wrote: its
  household is settled again, and the row is explained only when every field, and its trace where one was stored,
  comes out as it is stored.
- **compare** settles the same claims under two regions, or under a region and a patch file over it, and writes a
  report ([how to](../how-to/compare-two-policies.md)). `B` is a path, or the name of a shipped region or reform
  (`regions/reforms/`).
- **synth** draws a synthetic region ([how it draws](../algorithms/synth.md)) as canonical tables.
- **his** plays a hospital's day against a platform, or checks with `--conform` whether it conforms
  ([how](../how-to/connect-your-his.md)). Anything that is wrong in an answer, a visit that could not be played to its
  end, or a total that does not reconcile is exit code 1.
- **serve --sandbox** starts the server with an invented city, for this machine only.
- **demo** lints and checks every shipped region, settles a household's year and explains a stay of it; then it draws
  a city of `--persons`, settles its year and compares it with a shipped reform. It replaces what an earlier demo
  wrote, and nothing else.
- **import synpuf** turns the public DE-SynPUF files into canonical tables; its options are the region's words
  for what those files do not say.
"""


def page() -> str:
    """The page as Markdown."""
    return _HEAD + "".join(_section(path, command) for path, command in _commands("tongchou", get_command(app)))


def _commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Every command that does something, with the words that call it."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
        return
    for name, sub in inner.items():
        yield from _commands(f"{path} {name}", sub)


def _section(path: str, command: Any) -> str:
    zh, en = _halves(command.help)
    lines = [f"\n## {path.removeprefix('tongchou ')}", "", f"{zh} — {en}", "", f"`{_usage(path, command)}`", ""]
    lines += ["| option | 说明 | meaning |", "|---|---|---|"]
    lines += [_row(option) for option in command.params if option.param_type_name == "option"]
    return "\n".join(lines) + "\n"


def _usage(path: str, command: Any) -> str:
    arguments = [part.metavar or part.name.upper() for part in command.params if part.param_type_name == "argument"]
    needed = [f"{part.opts[0]} …" for part in command.params if part.param_type_name == "option" and part.required]
    return " ".join([path, *arguments, *needed])


def _row(option: Any) -> str:
    zh, en = _halves(option.help or "")
    value = "" if option.is_flag else f" {option.metavar or option.name.upper()}"
    default = option.default
    if default not in (None, False) and not option.required and not callable(default):
        shown = default.date() if hasattr(default, "date") else default
        zh, en = f"{zh}；默认 `{shown}`", f"{en}; default `{shown}`"
    name = option.opts[0] + value.replace("|", "\\|")
    return f"| `{name}` | {zh} | {en} |"


def _halves(text: str) -> tuple[str, str]:
    zh, _, en = text.partition(" || ")
    return zh.strip(), en.strip()
