"""How the report writes words, amounts and percentages, and the sentences that sum it up."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tongchou.engines.benefits.compare import Column
from tongchou.engines.benefits.explain import Text
from tongchou.engines.benefits.explain.model import Lang
from tongchou.faces.report.model import Report
from tongchou.ground.money import round_fraction, yuan_grouped

WORDS = {
    "funds": Text("各基金合计", "all funds"),
    "fund": Text("医保基金", "insurance fund"),
    "insurer": Text("承办保险机构", "insurer"),
    "fiscal": Text("财政", "government budget"),
    "account": Text("个人账户", "personal accounts"),
    "hospital": Text("医院", "hospitals"),
    "person": Text("个人现金", "cash of the person"),
    "total": Text("费用总额", "total fee"),
    "settled": Text("结算", "settled"),
    "refused": Text("拒付", "refused"),
    "rejected": Text("不能结算", "cannot be settled"),
    "better": Text("减轻", "better off"),
    "worse": Text("加重", "worse off"),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "all": Text("全部", "everybody"),
    "age": Text("年龄", "age"),
    "sex": Text("性别", "sex"),
    "category": Text("救助身份", "assistance category"),
    "status": Text("参保状态", "status"),
    "scheme": Text("险种", "scheme"),
    "kind": Text("就诊类别", "kind of visit"),
    "level": Text("机构等级", "level of hospital"),
    "place": Text("就医地", "place of care"),
    "disease": Text("病种", "disease"),
}
NOT_STATED = Text("未注明", "not stated")


def word(key: str, lang: Lang) -> str:
    """A fixed word of ours; anything else is the region's own word."""
    return WORDS[key].of(lang) if key in WORDS else key


def signed(fen: int) -> str:
    """Yuan with a sign: `+1,234.00`, `−0.50`, `0.00`."""
    return ("+" if fen > 0 else "−" if fen < 0 else "") + yuan_grouped(abs(fen))


def percent(value: Fraction | None, digits: int = 2) -> str:
    """A signed percentage; a dash where the base was nothing.

    >>> percent(Fraction(1, 3)), percent(Fraction(-1, 8), 1), percent(Fraction(0)), percent(None)
    ('+33.33%', '−12.5%', '0.00%', '–')
    """
    if value is None:
        return "–"
    whole = round_fraction(abs(value) * 100 * 10**digits)
    sign = "" if whole == 0 else "+" if value > 0 else "−"
    return f"{sign}{whole // 10**digits:,}.{whole % 10**digits:0{digits}d}%"


def share(thousandths: int | None) -> str:
    """A share in thousandths as a percentage with one decimal."""
    return "–" if thousandths is None else f"{thousandths // 10}.{thousandths % 10}%"


def cell(column: Column, value: Any, lang: Lang) -> str:
    """A cell for people."""
    if value is None:
        return "–" if column.kind in ("percent", "share") else ""
    if column.kind == "fen":
        return signed(value) if "change" in column.name or column.name == "mean" else signed(value).lstrip("+")
    if column.kind == "percent":
        return percent(value)
    if column.kind == "share":
        return share(value)
    if column.kind == "count":
        return str(value) if column.name == "year" else f"{value:,}"
    return word(str(value), lang) if column.kind == "word" else str(value)


def summary(report: Report, lang: Lang) -> list[str]:
    """The report in plain sentences, the most important first."""
    funds, people = report.row("payers", "funds"), report.row("groups", "all")
    mean, moved = people["mean"], funds["paid_change"]
    zh = lang == "zh"
    if not report.counts["compared"]:
        return ["没有可以比较的就诊。" if zh else "There is no claim to compare."]
    told = []
    rate = percent(funds["paid_percent"])
    if moved:
        amount = yuan_grouped(abs(moved))
        told.append(
            f"各基金{'多' if moved > 0 else '少'}支付 {amount} 元({rate})。"
            if zh
            else f"The funds pay {amount} yuan {'more' if moved > 0 else 'less'} ({rate})."
        )
    else:
        told.append("各基金支付总额不变。" if zh else "The funds pay the same in total.")
    n, better, worse, same = (people[name] for name in ("people", "better", "worse", "same"))
    told.append(
        f"{n:,} 人中,{better:,} 人少付现金(共 {yuan_grouped(people['gain'])} 元),"
        f"{worse:,} 人多付(共 {yuan_grouped(people['loss'])} 元),{same:,} 人不变;人均 {signed(mean)} 元。"
        if zh
        else f"Of {n:,} people, {better:,} pay less cash ({yuan_grouped(people['gain'])} yuan together), {worse:,} pay "
        f"more ({yuan_grouped(people['loss'])} yuan), {same:,} the same; on average {signed(mean)} yuan each."
    )
    if report.sheets["heavy"].rows:
        told.append(_heavy(report.sheets["heavy"].dicts()[0], lang))
    return told + _turned(report, lang)


def _heavy(row: dict[str, Any], lang: Lang) -> str:
    """The first limit of heavy spending."""
    a, b, limit = row["people_a"], row["people_b"], row["limit"]
    limit = f"{int(limit):,}" if limit.isdigit() else limit
    if lang == "zh":
        return f"一年现金超过 {limit} 元的人{f'仍为 {a:,}' if a == b else f'由 {a:,} 人变为 {b:,}'} 人。"
    return f"People who pay more than {limit} yuan of cash a year: {f'still {a:,}' if a == b else f'{a:,} → {b:,}'}."


def _turned(report: Report, lang: Lang) -> list[str]:
    """Claims that one side refuses and the other settles."""
    told = []
    for row in report.sheets["claims"].dicts():
        outcome = (row["status_a"], row["status_b"])
        if outcome in (("refused", "settled"), ("settled", "refused")):
            was, now = (word(status, lang) for status in outcome)
            fee = yuan_grouped(row["fee"])
            told.append(
                f"{row['claims']:,} 件就诊(费用 {fee} 元)由{was}变为{now}。"
                if lang == "zh"
                else f"{row['claims']:,} claims ({fee} yuan) were {was} and are {now}."
            )
    return told


def warnings(report: Report, lang: Lang) -> list[str]:
    """What a reader must know before believing the figures."""
    zh = lang == "zh"
    told = []
    if not report.reconciled:
        bad = "; ".join(name for name, holds in report.checks.items() if not holds)
        told.append(f"合计不平,不要使用:{bad}" if zh else f"The totals do not reconcile; do not use them: {bad}")
    one = report.counts["one_side_only"]
    if one:
        told.append(
            f"{one:,} 件就诊只有一方能够结算,没有计入。" if zh else f"{one:,} claims can be settled by one side only."
        )
    left = report.counts["not_comparable"] + report.counts["unread"] - one
    if left:
        told.append(
            f"另有 {left:,} 件就诊双方都不能结算,没有计入。" if zh else f"{left:,} more claims neither side can settle."
        )
    people = report.row("groups", "all")
    still = (
        people["people"] > 0 and people["same"] == people["people"] and not report.row("payers", "funds")["paid_change"]
    )
    if still and (report.a.only or report.b.only):
        told.append(
            "A、B 的条款不同,这批就诊的结果却相同:看看改动的生效日期和适用范围。"
            if zh
            else "A and B differ, yet these claims come out the same: check from when the change holds and for whom."
        )
    return told
