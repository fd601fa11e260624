"""How every command speaks: in Chinese or English, to people or as one JSON document, with a stable exit code."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from tongchou.ground.errors import Problem

OK, FINDINGS, USAGE, UNREADABLE, INTERRUPTED = 0, 1, 2, 3, 130
LANGUAGES = ("zh", "en")
_BETWEEN = " || "  # a help text is written once, in both languages

F = TypeVar("F", bound=Callable[..., None])
_now = {"lang": "zh", "json": ""}


def language() -> str:
    """The language of everything said: `--lang`, else TONGCHOU_LANG, else Chinese."""
    return _now["lang"]


def set_language(word: str | None) -> str | None:
    """Take a language; typer calls this for `--lang`."""
    if word is not None and word not in LANGUAGES:
        raise typer.BadParameter("zh, en")
    if word is not None:
        _now["lang"] = word
    return word


def start_language(arguments: Sequence[str]) -> None:
    """The language before the arguments are parsed, for help and usage errors."""
    asked = os.environ.get("TONGCHOU_LANG", "")
    for at, word in enumerate(arguments):
        if word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
        elif word == "--lang" and at + 1 < len(arguments):
            asked = arguments[at + 1]
    _now.update(lang=asked if asked in LANGUAGES else "zh", json="")


def _set_json(wanted: bool) -> bool:
    _now["json"] = "yes" if wanted else ""
    return wanted


def as_json() -> bool:
    """Whether this run answers with one JSON document."""
    return bool(_now["json"])


Lang = Annotated[
    str | None,
    typer.Option("--lang", metavar="zh|en", callback=set_language, help="语言 || language", show_default=False),
]
Json = Annotated[
    bool, typer.Option("--json", callback=_set_json, help="标准输出为一份 JSON || one JSON document on standard output")
]


def say(zh: str, en: str) -> str:
    """The text in the language of this run."""
    return zh if language() == "zh" else en


def cut(text: str | None) -> str | None:
    """The half of a help text that is in the language of this run."""
    if not text or _BETWEEN not in text:
        return text
    zh, en = text.split(_BETWEEN, 1)
    return say(zh, en).strip()


def tell(text: str = "") -> None:
    """A line for people on standard output; nothing when a JSON document is asked for."""
    if not as_json():
        print(text)


def warn(text: str) -> None:
    """A line on standard error."""
    print(text, file=sys.stderr)


def emit(document: dict[str, Any], code: int = OK) -> None:
    """The JSON document of this run, when one is asked for."""
    if as_json():
        print(json.dumps({"ok": code == OK, "exit_code": code, **document}, ensure_ascii=False, indent=2, default=str))


def finish(code: int) -> NoReturn:
    raise typer.Exit(code)


def refuse(zh: str, en: str, code: int = USAGE) -> NoReturn:
    """End the run because it cannot be done as asked."""
    emit({"error": {"zh": zh, "en": en}}, code)
    warn(say(zh, en))
    finish(code)


def show_problems(problems: Iterable[Problem], to: Callable[[str], None] = warn) -> None:
    """`place: CODE message — what to do`, one a line."""
    for problem in problems:
        to(problem.text(language()))


def guarded(command: F) -> F:
    """Bad input ends a command with its message and exit code 3, a closed pipe in silence; never with a traceback."""

    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        from tongchou.ground.errors import ProblemError
        from tongchou.ground.reasons import why

        try:
            command(*arguments, **options)
            sys.stdout.flush()
        except ProblemError as error:
            emit({"problems": [problem.as_dict() for problem in error.problems]}, UNREADABLE)
            show_problems(error.problems)
            finish(UNREADABLE)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            finish(OK)
        except FileExistsError as error:
            refuse(
                f"{error.filename}: 已经有了,不覆盖;换一个名字",
                f"{error.filename}: is there already; name another",
                UNREADABLE,
            )
        except OSError as error:
            said, named = why(error), f"{error.filename}: " if error.filename else ""
            refuse(named + said["reason"], named + (error.strerror or said["reason_en"]), UNREADABLE)
        except KeyboardInterrupt:
            finish(INTERRUPTED)

    return run  # type: ignore[return-value]  # wraps keeps the signature that typer reads
