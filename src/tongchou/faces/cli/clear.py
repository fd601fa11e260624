"""`tongchou clear`: a year cleared from files, published to hospitals, counted again by anyone, and tried otherwise."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tongchou.faces.cli.speak import FINDINGS, Json, Lang, emit, finish, guarded, language, refuse, say, tell
from tongchou.faces.cli.table import show

if TYPE_CHECKING:
    import pyarrow as pa

    from tongchou.engines.payment.clear import Cleared
    from tongchou.engines.payment.verify import Difference

PAGE = "report.html"
MOST_SHOWN = 20
"""Differences that are told one by one."""
app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="年度清算 || clear a year")
Result = Annotated[
    Path, typer.Argument(help="清算结果文件夹 || a folder that run or publish wrote", show_default=False)
]
Rules = Annotated[
    Path, typer.Argument(help="清算规则(地区文件夹或 clearing.yaml) || the rules: a region's folder, or clearing.yaml")
]
Of = Annotated[
    int | None, typer.Option("--year", help="清算年度,规定了几年的要写 || the year, where the rules are of several")
]
Out = Annotated[Path, typer.Option(help="结果写到此文件夹 || the folder for the results")]


@app.command("run")
@guarded
def run(
    declaration: Rules,
    data: Annotated[Path, typer.Option(help="年度各表(CSV 或 Parquet) || the tables of the year, CSV or Parquet")],
    out: Out,
    of: Of = None,
    scheme: Annotated[
        Path | None,
        typer.Option(help="DRG 分组方案:报告另比伴并发症组占比 || the DRG scheme: compare its complication groups too"),
    ] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """清算一个年度 || clear a year"""
    from tongchou.engines.payment import clear, load_rules, read_tables
    from tongchou.engines.payment.folder import write

    rules, year = load_rules(declaration, of), read_tables(data)
    cleared = clear(rules, year)
    with _fresh(out) as folder:
        made = write(cleared, year, folder)
        page(folder, rules, made, "", cleared, None if scheme is None else _divided(scheme))
    _tell(cleared, made, out)
    emit(
        {
            "out": str(out),
            "rules": rules.hash,
            "year": rules.year,
            "settlements": {reason or "cleared": count for reason, count in sorted(cleared.reasons.items())},
            "balances": made["balances"].to_pylist(),
            "pools": made["pools"].to_pylist(),
            "review": int(cleared.cases.review.sum()),
        }
    )


@app.command("estimate")
@guarded
def estimate(
    declaration: Rules,
    data: Annotated[Path, typer.Option(help="至今各表(CSV 或 Parquet) || the tables so far, CSV or Parquet")],
    month: Annotated[int, typer.Option(min=1, max=12, help="算到几月 || through which month")],
    of: Of = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """预估点值:按已过的月份和相应的预算 || what a point is likely to be worth, from the months so far"""
    from tongchou.engines.payment import load_rules, read_tables
    from tongchou.engines.payment.months import estimate as estimated
    from tongchou.engines.payment.results import pools
    from tongchou.faces.report.clearing import decimals_of_points
    from tongchou.faces.report.clearing_words import word

    rules = load_rules(declaration, of)
    rows = pools(estimated(rules, read_tables(data), month)).to_pylist()
    spoken = "zh" if language() == "zh" else "en"
    show(
        [word(name, spoken) for name in ("method", "scheme", "part", "points", "price_shown")],
        [
            [
                word(r["method"], spoken),
                word(r["scheme"], spoken),
                r["part"],
                decimals_of_points(r["points"]),
                r["price_shown"],
            ]
            for r in rows
        ],
    )
    tell(
        say(
            f"预估,至 {rules.year} 年 {month} 月;不是清算",
            f"an estimate through month {month} of {rules.year}, no clearing",
        )
    )
    emit({"estimate": True, "month": month, "rules": rules.hash, "pools": rows})


@app.command("publish")
@guarded
def publish(
    folder: Result,
    out: Out,
    only: Annotated[str | None, typer.Option(help="只公布这一家 || this institution alone")] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """每家医院一个文件夹:自己的明细、公开的汇总、规则及校验码 || a folder for each hospital"""
    from tongchou.engines.payment.folder import publish as published
    from tongchou.engines.payment.folder import read

    kept = read(folder)
    if kept.institution:
        refuse("这是一家医院的文件夹,不能再公布", "this is the folder of one hospital; publish the whole city's")
    with _fresh(out) as fresh:
        names = published(kept, fresh, only)
        if only is not None and not names:
            refuse(f"没有机构“{only}”", f"there is no institution '{only}'")
        for name in names:
            one = read(fresh / name)
            page(fresh / name, one.rules, one.published, name, None)
    tell(say(f"{len(names)} 家,写到 {out}", f"{len(names)} institutions, written to {out}"))
    emit({"out": str(out), "rules": kept.rules.hash, "institutions": names})


@app.command("verify")
@guarded
def verify(folder: Result, lang: Lang = None, json: Json = False) -> None:
    """不用数据库重算,证明相等或指出第一处不同 || count again without a database: equal, or the first difference"""
    from tongchou.engines.payment.folder import read
    from tongchou.engines.payment.verify import verify as proved

    kept = read(folder)
    proof = proved(kept, MOST_SHOWN)
    for name in proof.stale:
        tell(say(f"{name} 与清单中的校验码不符", f"{name} does not have the hash of the list"))
    _show(proof.differences)
    if proof.equal:
        told = say(
            f"相等:{proof.rows:,} 行逐格重算一致", f"equal: {proof.rows:,} rows counted again, every cell the same"
        )
        tell(f"{told} ({kept.rules.hash})")
    code = 0 if proof.equal else FINDINGS
    emit(
        {
            "equal": proof.equal,
            "rows": proof.rows,
            "rules": kept.rules.hash,
            "institution": kept.institution,
            "changed_files": list(proof.stale),
            "differences": [vars(one) for one in proof.differences],
        },
        code,
    )
    finish(code)


@app.command("explain")
@guarded
def explain(
    folder: Result,
    settlement: Annotated[str, typer.Option("--id", help="结算编号 || the settlement's id")],
    lang: Lang = None,
    json: Json = False,
) -> None:
    """一个病例如何支付:路径、依据和每个数 || how one case is paid: its path, its rule and every figure"""
    from tongchou.engines.payment.folder import read
    from tongchou.engines.payment.verify import evidence
    from tongchou.faces.report.clearing_words import word

    found = evidence(read(folder), settlement)
    spoken = "zh" if language() == "zh" else "en"
    heads = say("项目", "what"), say("依据", "why")
    show(heads, [(word(name, spoken), word(text, spoken)) for name, text in found.items() if text])
    emit({"settlement": found})


@app.command("diff")
@guarded
def diff(
    before: Result,
    after: Annotated[Path, typer.Argument(help="另一次清算 || another clearing", show_default=False)],
    lang: Lang = None,
    json: Json = False,
) -> None:
    """两次清算有何不同(重开后再清算) || what differs between two clearings of a year that was re-opened"""
    from tongchou.engines.payment.folder import read
    from tongchou.engines.payment.verify import differences

    one, other = read(before), read(after)
    found = [
        difference
        for name in ("lines", "pools", "balances", "cases")
        for difference in differences(name, one.published[name], other.published[name])
    ]
    _show(found)
    tell(say(f"不同之处 {len(found):,}", f"{len(found):,} differences"))
    code = FINDINGS if found else 0
    emit({"rules": [one.rules.hash, other.rules.hash], "differences": [vars(d) for d in found]}, code)
    finish(code)


@app.command("what-if")
@guarded
def what_if(
    folder: Result,
    change: Annotated[
        list[str],
        typer.Option("--change", help="结算编号.列=值,可写多次 || SETTLEMENT.COLUMN=VALUE, as often as needed"),
    ],
    lang: Lang = None,
    json: Json = False,
) -> None:
    """改几个数再算,别家不变 || change some figures and count again; everybody else stays as published"""
    from tongchou.engines.payment.folder import read
    from tongchou.engines.payment.verify import what_if as tried

    kept = read(folder)
    _, found = tried(kept, change)
    _show(found)
    tell(say(f"不同之处 {len(found):,}", f"{len(found):,} differences"))
    emit({"changes": change, "differences": [vars(one) for one in found]})


def _fresh(out: Path) -> AbstractContextManager[Path]:
    from tongchou.ground.folders import appearing

    return appearing(out)


def _divided(scheme: Path) -> pa.Table:
    from tongchou.engines.grouping.divided import divided
    from tongchou.engines.grouping.load import load_scheme

    return divided(load_scheme(scheme))


def page(
    folder: Path, rules: Any, made: dict[str, pa.Table] | Any, institution: str, cleared: Cleared | None,
    groups: pa.Table | None = None,
) -> None:  # fmt: skip
    """The report; `groups`: those of a DRG scheme that complications divide."""
    from tongchou.engines.payment.analysis import by_group, indicators
    from tongchou.engines.payment.upcoding import complications
    from tongchou.faces.report.clearing import clearing_page

    told = indicators(cleared) if cleared is not None else []
    if cleared is not None and groups is not None:
        told += complications(cleared, groups)
    profits = by_group(cleared) if cleared is not None else {}
    text = clearing_page(rules, made, institution, "zh" if language() == "zh" else "en", told, profits)
    (folder / PAGE).write_text(text, "utf-8")


def _tell(cleared: Cleared, made: dict[str, pa.Table], out: Path) -> None:
    from tongchou.faces.report.clearing_words import word
    from tongchou.ground.money import yuan_grouped

    lang = "zh" if language() == "zh" else "en"
    show(
        (say("结算", "settlements"), say("笔数", "number")),
        [(word(reason, lang), f"{count:,}") for reason, count in sorted(cleared.reasons.items())],
    )
    names = ("budget", "paid", "deposits_kept", "reserve", "reserve_used", "retained")
    show(
        [word(name, lang) for name in ("scheme", "setting", *names)],
        [
            [word(row["scheme"], lang), word(row["setting"], lang), *(yuan_grouped(row[name]) for name in names)]
            for row in made["balances"].to_pylist()
        ],
    )
    show(
        [word(name, lang) for name in ("method", "scheme", "part", "price_shown")],
        [
            [word(r["method"], lang), word(r["scheme"], lang), r["part"], r["price_shown"]]
            for r in made["pools"].to_pylist()
        ],
    )
    tell(say(f"规则 {cleared.rules.hash},写到 {out / PAGE}", f"rules {cleared.rules.hash}, written to {out / PAGE}"))


def _show(found: Any) -> None:
    shown: list[Difference] = list(found)[:MOST_SHOWN]
    if shown:
        heads = [
            say(*pair) for pair in (("表", "table"), ("行", "row"), ("列", "column"), ("原", "before"), ("现", "after"))
        ]
        show(heads, [(d.table, d.row, d.column, d.before, d.after) for d in shown])
