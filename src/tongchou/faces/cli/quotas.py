"""`tongchou quotas`: a year's total split to institutions by three years of service and cost, each figure explained."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tongchou.faces.cli.budget import last_day, read_figures
from tongchou.faces.cli.speak import Json, Lang, emit, language, say, tell
from tongchou.faces.cli.table import show
from tongchou.faces.cli.where import Region, load

if TYPE_CHECKING:
    from tongchou.engines.payment.quota_terms import QuotaTerms
    from tongchou.engines.payment.quotas import Split
    from tongchou.ground.region.pack import Pack


def quotas(
    region: Region,
    year: Annotated[int, typer.Option(help="保险年度 || insurance year")],
    scheme: Annotated[str, typer.Option(help="险种 || the scheme")],
    institutions: Annotated[Path, typer.Option(help="机构及其事实，CSV || institutions with their facts, CSV")],
    history: Annotated[Path, typer.Option(help="近三年的服务和费用，CSV || three years of service and cost, CSV")],
    total: Annotated[str, typer.Option(help="付费总额，如 8200万 || the total, such as 8200万")] = "",
    figures: Annotated[
        Path | None, typer.Option(help="不给总额时，按这些金额算总额，YAML || or the figures it is reckoned from, YAML")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="写表和网页到此文件夹 || write tables and a page there")] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """把一年的付费总额分到各机构，逐项写明依据 || split a year's total to institutions, each figure with its article"""
    from tongchou.engines.payment.quota_files import read_institutions, read_rows
    from tongchou.engines.payment.quota_terms import quota_terms
    from tongchou.engines.payment.quotas import split
    from tongchou.ground.money import yuan_grouped

    pack = load(region)
    terms = quota_terms(pack, scheme, last_day(pack, year))
    fen = _total(pack, scheme, year, total, figures)
    given = read_institutions(terms, year, read_rows(_text(institutions)), read_rows(_text(history)))
    found = split(terms, fen, given)
    rows = [
        (one.institution, one.part, yuan_grouped(one.fen), say(*_BOUND[one.bound]), _new(one.assumed))
        for one in found.quotas
    ]
    heads = (say("机构", "institution"), say("部分", "part"), say("指标", "quota"), say("边界", "bound"), "")
    show(heads, rows, f"{pack.region.schemes[scheme]} {year}")
    kept, left, whole = (yuan_grouped(one) for one in (found.reserve, found.left, found.total))
    tell(say(f"总额 {whole}，留 {kept}，因上限未分 {left}", f"of {whole} {kept} are kept, and bounds leave {left}"))
    if out is not None:
        from tongchou.faces.report.quotas import quota_page

        title = say(f"{pack.region.name.zh} {year} 年度总额指标", f"{pack.region.name.en}, quotas of {year}")
        write(out, terms, found)
        page = quota_page(title, terms, found, given, "zh" if language() == "zh" else "en")
        (out / "quotas.html").write_text(page, "utf-8")
    emit(_document(pack, year, scheme, terms, found))


_BOUND = {"": ("", ""), "at_least": ("下限", "lower"), "at_most": ("上限", "upper")}


def _new(assumed: bool) -> str:
    return say("新机构", "new") if assumed else ""


def _total(pack: Pack, scheme: str, year: int, total: str, figures: Path | None) -> int:
    """The total that is given, or that of the year's figures. Exactly one of them."""
    from tongchou.engines.payment.budget import budget_terms, fund_total
    from tongchou.ground.region.reckoning import read_fen

    if bool(total) == (figures is not None):
        raise typer.BadParameter(say("给出 --total 或 --figures 之一", "give --total or --figures"))
    if figures is None:
        return read_fen("--total", total)
    day = last_day(pack, year)
    wanted = read_figures(pack, figures, day).get(scheme)
    given = {} if wanted is None else {name: read_fen(name, raw) for name, raw in wanted.figures.items()}
    return fund_total(budget_terms(pack, scheme, day), given).total


def _text(file: Path) -> str:
    from tongchou.ground.errors import Place, fail

    place = Place(file=str(file))
    try:
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise fail("R001", place, reason=error.strerror or type(error).__name__) from None
    except UnicodeDecodeError as error:
        raise fail("R002", place, byte=error.start) from None


def write(folder: Path, terms: QuotaTerms, found: Split) -> None:
    """`quotas.csv` with every quota, `steps.csv` with every figure of its way; yuan with two decimals, shares, means
    and factors as exact fractions."""
    from tongchou.engines.payment.quota_steps import steps_of
    from tongchou.ground.money import yuan

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "quotas.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("institution", "part", "quota", "bound", "new"))
        for one in found.quotas:
            writer.writerow((one.institution, one.part, yuan(one.fen), one.bound, "yes" if one.assumed else ""))
    with (folder / "steps.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("institution", "part", "step", "name", "value", "article"))
        for one in found.quotas:
            for step in steps_of(terms, found, one):
                value = step.value / 100 if step.kind in _FEN else step.value
                writer.writerow((one.institution, one.part, step.kind, step.name, value, step.cite))


_FEN = ("part", "at_least", "at_most", "exact", "quota")


def _document(pack: Pack, year: int, scheme: str, terms: QuotaTerms, found: Split) -> dict[str, object]:
    from tongchou.engines.payment.quota_steps import steps_of

    return {
        "region": pack.region.code,
        "hash": pack.hash,
        "year": year,
        "scheme": scheme,
        "total": found.total,
        "reserve": found.reserve,
        "left": found.left,
        "parts": found.parts,
        "quotas": [
            {
                "institution": one.institution,
                "part": one.part,
                "fen": one.fen,
                "bound": one.bound,
                "new": one.assumed,
                "steps": [
                    {"step": step.kind, "name": step.name, "value": str(step.value), "article": step.cite}
                    for step in steps_of(terms, found, one)
                ],
            }
            for one in found.quotas
        ],
    }
