"""`tongchou budget`: what a year's income leaves for institutions, step by step with the article, and their shares."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tongchou.faces.cli.speak import Json, Lang, emit, say, tell
from tongchou.faces.cli.table import show
from tongchou.faces.cli.where import Region, load

if TYPE_CHECKING:
    from datetime import date

    from tongchou.engines.payment.budget import BudgetTotal, Step
    from tongchou.engines.payment.budget_points import Shares
    from tongchou.ground.region.headers import ReckonCase
    from tongchou.ground.region.pack import Pack

LABELS = {
    "from": (" ", "收入", "income"),
    "without": ("−", "不计", "not counted"),
    "less": ("−", "扣除", "paid elsewhere"),
    "plus": ("+", "加上", "added"),
    "reserve": ("−", "计提", "set aside"),
    "available": ("=", "可用", "available"),
    "floor": (" ", "下限", "floor"),
    "ceiling": (" ", "上限", "ceiling"),
    "drawn": ("+", "动用结余", "drawn from surplus"),
    "short": (" ", "仍缺", "still missing"),
    "excess": ("−", "超出,作当期结余", "above the ceiling, the year's surplus"),
    "total": ("=", "付费总额", "total"),
}


def budget(
    region: Region,
    year: Annotated[int, typer.Option(help="保险年度 || insurance year")],
    figures: Annotated[Path, typer.Option(help="各险种的金额，YAML || figures of each scheme, YAML")],
    lang: Lang = None,
    json: Json = False,
) -> None:
    """算一年的付费总额，逐步写明依据 || a year's total for institutions, each step with its article"""
    from tongchou.engines.payment.budget_cases import reckon_budget

    pack = load(region)
    day = last_day(pack, year)
    schemes: dict[str, Any] = {}
    for scheme, wanted in read_figures(pack, figures, day).items():
        total, shares = reckon_budget(pack, scheme, wanted)
        _show(pack, scheme, total, shares)
        schemes[scheme] = _document(total, shares)
    emit({"region": pack.region.code, "hash": pack.hash, "year": year, "schemes": schemes})


def last_day(pack: Pack, year: int) -> date:
    """What is in force on the last day of the year counts."""
    from tongchou.ground.errors import fail

    try:
        return pack.year.span(year)[1]
    except ValueError:
        raise fail("C004", value=year, name="--year", known="2018") from None


def read_figures(pack: Pack, file: Path, day: date) -> dict[str, ReckonCase]:
    """The figures of a file by scheme: `SCHEME: {figures: {NAME: AMOUNT}, institutions: {NAME: {points, prepaid}}}`."""
    from tongchou.ground.errors import ProblemError
    from tongchou.ground.region.headers import Figures, ReckonCase
    from tongchou.ground.region.text import read_document
    from tongchou.ground.region.validate import validate

    document = read_document(file, str(file))
    found = {}
    given = document.data if isinstance(document.data, dict) else {}
    if not given and not document.problems:
        document.report("R106", key=file.name)
    for scheme, raw in given.items():
        if scheme not in pack.region.schemes:
            document.report("R141", scheme, value=scheme, known="、".join(pack.region.schemes))
            continue
        read = validate(Figures, raw, document, scheme)
        if read is not None:
            found[scheme] = ReckonCase(of="budget", on=day.isoformat(), **dict(read))
    if document.problems:
        raise ProblemError(*document.problems)
    return found


def _show(pack: Pack, scheme: str, total: BudgetTotal, shares: Shares | None) -> None:
    from tongchou.ground.lint.show import figure
    from tongchou.ground.money import yuan_grouped

    rows = [(LABELS[s.kind][0], _name(s), yuan_grouped(s.fen), _product(s), s.cite) for s in total.steps]
    heads = ("", say("项目", "what"), say("金额（元）", "yuan"), say("算法", "how"), say("依据", "article"))
    show(heads, rows, pack.region.schemes[scheme])
    if shares is None:
        return
    tell(say(f"每分 {_unit(shares)} 元（{shares.cite}）", f"{_unit(shares)} yuan a point ({shares.cite})"))
    own = [
        (
            share.institution.name,
            figure(share.institution.points),
            yuan_grouped(share.fen),
            yuan_grouped(share.institution.prepaid),
            yuan_grouped(share.due),
        )
        for share in shares.shares
    ]
    heads = (
        say("机构", "institution"),
        say("分值", "points"),
        say("应付", "share"),
        say("已预付", "prepaid"),
        say("清算", "due"),
    )
    show(heads, own)


def _name(step: Step) -> str:
    word = say(*LABELS[step.kind][1:])
    return f"{word} {step.name}" if step.name else word


def _product(step: Step) -> str:
    from tongchou.ground.lint.show import percent
    from tongchou.ground.money import yuan_grouped

    return "" if step.times is None or step.of is None else f"{percent(step.times)} × {yuan_grouped(step.of)}"


def _unit(shares: Shares) -> str:
    """Yuan a point; it is shown rounded, and never used so."""
    from tongchou.ground.money import round_fraction

    whole, part = divmod(round_fraction(shares.unit * 10_000), 1_000_000)
    return f"{whole:,}.{part:06d}"


def _document(total: BudgetTotal, shares: Shares | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "total": total.total,
        "steps": [
            {"step": s.kind, "name": s.name, "fen": s.fen, "article": s.cite}
            | ({} if s.times is None else {"times": str(s.times), "of": s.of})
            for s in total.steps
        ],
    }
    if shares is not None:
        found["unit"] = str(shares.unit)
        found["institutions"] = [
            {
                "institution": share.institution.name,
                "points": str(share.institution.points),
                "factor": str(share.institution.factor),
                "fen": share.fen,
                "prepaid": share.institution.prepaid,
                "due": share.due,
            }
            for share in shares.shares
        ]
    return found
