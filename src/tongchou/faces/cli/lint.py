"""`tongchou lint`: what is wrong with regions, one finding a line; their facts read back; schemas for editors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tongchou.faces.cli.speak import FINDINGS, OK, Json, Lang, emit, finish, say, show_problems, tell
from tongchou.faces.cli.where import Regions, find_region

if TYPE_CHECKING:
    from tongchou.ground.errors import Problem
    from tongchou.ground.region.pack import Pack


def lint(
    regions: Regions,
    sources: Annotated[
        Path | None, typer.Option(help="文件原文所在文件夹 || folder with the text of the documents", exists=True)
    ] = None,
    read_back: Annotated[
        bool, typer.Option("--read-back", help="逐条用中文复述 || print each fact as a Chinese sentence")
    ] = False,
    schemas: Annotated[
        Path | None, typer.Option(help="另写 JSON Schema 到此文件夹 || also write JSON Schemas to this folder")
    ] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """检查政策包 || check region folders"""
    if schemas is not None:
        from tongchou.ground.region.schema import write_schemas

        write_schemas(schemas)
    problems: list[Problem] = []
    sentences: dict[str, list[str]] = {}
    for name in regions:
        pack, found = lint_region(name, sources)
        problems += found
        show_problems(found, to=tell)
        if read_back and pack is not None:
            from tongchou.ground.lint import read_back as reading

            sentences[name] = [str(sentence) for sentence in reading(pack)]
            for sentence in sentences[name]:
                tell(sentence)
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    tell(say(f"错误 {errors}，提醒 {warnings}", f"{errors} errors, {warnings} warnings"))
    code = FINDINGS if errors else OK
    document = {"errors": errors, "warnings": warnings, "problems": [problem.as_dict() for problem in problems]}
    emit(document | ({"read_back": sentences} if read_back else {}), code)
    finish(code)


def lint_region(name: str, sources: Path | None = None) -> tuple[Pack | None, list[Problem]]:
    """Every finding about a region: of its form, or of its sense when the form is sound."""
    from datetime import date

    from tongchou.faces.cli.check import run_all_cases
    from tongchou.ground.lint import lint as findings_of
    from tongchou.ground.lint import unreached_cells
    from tongchou.ground.region.load import read_region
    from tongchou.ground.region.number import watching

    pack, problems = read_region(find_region(name))
    if pack is None or problems:
        return pack, problems
    today = date.today()  # noqa: DTZ011, TID251 (a review date is stale or not on the day of the desk)
    findings = list(findings_of(pack, sources_dir=sources, today=today))
    if any(problem.severity == "error" for problem in findings):
        return pack, findings  # first things first: cases of a region with holes prove nothing
    with watching() as evaluated:
        run_all_cases(pack)
    return pack, [*findings, *unreached_cells(pack, evaluated)]
