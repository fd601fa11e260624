"""Random articles about one layer: what it takes, deductible, scale, ratios, caps, floors."""

from __future__ import annotations

from typing import Any

from tests.oracle.drafting import Draft

PERIODS = ["claim", "visit", "day", "month", "stay", "episode", "year", "ever"]
COMMON_PERIODS = ["claim", "stay", "episode", "month", "year", "year", *PERIODS]
EACH = [None, None, None, "disease", "household", "person", "place"]


def draft_fund(draft: Draft, name: str, takes: Any, others: list[str]) -> None:
    """A layer paid by a fund. `others` are layers that may top up its floor."""
    draft.put(f"{name}.takes", lambda: takes)
    if draft.maybe(0.7):
        draft_deductible(draft, name)
    if draft.maybe(0.7):
        draft.put(f"{name}.bands", lambda: bands(draft))
    else:
        draft.put(f"{name}.ratio", lambda: draft.ratio(30, 100), lambda: draft.percent(30, 100))
    draft_ratio_changes(draft, name)
    draft_caps(draft, name)
    if draft.maybe(0.25):
        draft_floor(draft, name, others)
    if draft.maybe(0.1):
        draft.put(f"{name}.guard.不适用", lambda: {"when": draft.condition(), "do": "skip"})
    if draft.entitled and draft.maybe(0.5):
        draft.put(f"{name}.guard.无待遇", lambda: {"when": "entitlement is none", "do": "skip"})
    if draft.entitled and draft.maybe(0.5):
        draft.put(f"{name}.adjust.减待遇", lambda: {"when": "entitlement is reduced", "points": "-10"})
    if draft.items and draft.maybe(0.3):
        draft.put(f"{name}.allocation", lambda: {"deductible": allocation(draft)})
    if draft.maybe(0.3):
        draft.put(f"{name}.rounding", lambda: rounding(draft))


def allocation(draft: Draft) -> Any:
    if draft.maybe(0.3):
        return "pro rata"
    return draft.rng.sample(draft.items, draft.rng.randint(1, len(draft.items)))


def rounding(draft: Draft) -> dict[str, str]:
    return {"unit": draft.pick("分", "分", "角", "元"), "mode": draft.pick("half_up", "half_even", "down", "up")}


def draft_deductible(draft: Draft, name: str) -> None:
    pool = draft.pick("起付", "起付", None, None, None) if draft.maybe(0.5) else None
    period, each = draft.rng.choice(COMMON_PERIODS), draft.rng.choice(EACH)

    def deductible() -> dict[str, Any]:
        value: dict[str, Any] = {"per": period, "amount": amount(draft)}
        if each is not None:
            value["each"] = each
        if pool is not None:
            value["pool"] = pool
        if draft.maybe(0.25):
            value["yearly_maximum"] = draft.money(500, 3000)
        return value

    draft.put(f"{name}.deductible", deductible, lambda: draft.yuan(0, 2000))
    for number in range(draft.rng.choice([0, 0, 1, 2, 3])):
        draft.put(f"{name}.deductible.调{number}", lambda: adjustment(draft))


def amount(draft: Draft) -> Any:
    chance = draft.rng.random()
    if chance < 0.2 and draft.asks_money:
        return "max(20% × total_fee, 2000)"
    if chance < 0.4 and draft.asks_index:
        return draft.pick("工资 × 10%", "工资 ÷ 12 × 10%", "收入 × 25% ÷ 10")
    if chance < 0.25:
        return "0"
    return draft.money(0, 2000)


def adjustment(draft: Draft) -> dict[str, Any]:
    change: dict[str, Any] = draft.pick(
        {"times": "50%"},
        {"times": draft.percent(20, 120)},
        {"times": "ceil(max(stay_days, 1) ÷ 30)" if draft.asks_stays else "150%"},
        {"plus": draft.yuan(10, 500)},
        {"minus": draft.yuan(10, 500)},
        {"set": draft.pick("0", "100", draft.yuan(10, 1000))},
        {"at_least": draft.yuan(100, 400)},
        {"at_most": draft.yuan(300, 1500)},
    )
    return change if draft.maybe(0.2) else {"when": draft.condition(), **change}


def bands(draft: Draft) -> dict[str, Any]:
    """One to four rows with rising edges; edges may differ by a word, all shifted alike so that they stay rising."""
    rows: list[dict[str, Any]] = []
    edge, count = 0, draft.rng.randint(1, 4)
    closed = draft.maybe(0.35)
    shift = draft.rng.randint(1, 9) * 1000 if draft.maybe(0.2) else 0
    for number in range(count):
        step = draft.rng.choice([500, 1000, 4000, 10000, 30000]) * draft.rng.randint(1, 3)
        row: dict[str, Any] = {"above": str(edge)}
        edge += step
        if number < count - 1 or closed:
            draft.edges.update({edge * 100, (edge + shift) * 100})
            row = {"upto": {"by status": {"退休": str(edge + shift), "其他": str(edge)}} if shift else str(edge)}
        share = draft.ratio(20, 100)
        row |= {"own": share} if draft.maybe(0.2) else {"pay": share}
        if draft.maybe(0.08):
            row = {k: v for k, v in row.items() if k not in ("pay", "own")} | {"pay": draft.pick("0", "100%")}
        rows.append(row)
    table: dict[str, Any] = {
        "measured_on": draft.pick("expense", "above the deductible", "amount paid"),
        "over": draft.rng.choice(COMMON_PERIODS),
        "rows": rows,
    }
    each = draft.rng.choice(EACH)
    if each is not None:
        table["each"] = each
    if draft.maybe(0.15):
        table["pool"] = draft.pick("共池", "起付")
    return table


def draft_ratio_changes(draft: Draft, name: str) -> None:
    """Own ratios of item groups, factors, points, clamp."""

    def when() -> str:
        """A condition that may ask for the item group."""
        if draft.items and draft.maybe(0.5):
            item = f"item is {draft.rng.choice(draft.items)}"
            return item if draft.maybe(0.6) else f"{item} and {draft.condition()}"
        return draft.condition()

    if draft.items and draft.maybe(0.25):
        item = draft.rng.choice(draft.items)
        draft.put(f"{name}.own_ratio.单列", lambda: {"when": f"item is {item}", "pay": draft.ratio(0, 100)})
    for number in range(draft.rng.choice([0, 0, 0, 1, 2])):
        kind = draft.pick("pay", "own_share")
        draft.put(f"{name}.factor.系数{number}", lambda kind=kind: {"when": when(), kind: draft.percent(30, 100)})
    for number in range(draft.rng.choice([0, 0, 1, 2, 4])):
        group = {"highest_of": "只取最高"} if draft.maybe(0.5) else {}
        points = draft.rng.choice([-20, -10, -5, 3, 5, 10, 15])
        draft.put(
            f"{name}.adjust.点{number}",
            lambda group=group, points=points: {"when": when(), "points": draft.table(lambda: str(points)), **group},
        )
    if draft.maybe(0.15):
        ends = draft.pick({"at_most": "95%"}, {"at_least": "30%"}, {"at_least": "40%", "at_most": "90%"})
        draft.put(f"{name}.clamp", lambda: ends)


def draft_caps(draft: Draft, name: str) -> None:
    for number in range(draft.rng.choice([0, 1, 1, 2, 3])):
        measure = draft.pick("entering", "covered", "paid", "paid")
        period, each = draft.rng.choice(COMMON_PERIODS), draft.rng.choice(EACH)
        more: dict[str, str] = {"each": each} if each is not None else {}
        if draft.maybe(0.3):
            more["pool"] = draft.pick("共池", "限额")
        elif draft.maybe(0.3):
            more["when"] = draft.condition()

        def cap(measure: str = measure, period: str = period, more: dict[str, str] = more) -> dict[str, Any]:
            return {"at_most": cap_amount(draft, period), "of": measure, "per": period, **more}

        draft.put(f"{name}.caps.限{number}", cap, lambda: draft.yuan(1000, 60000))


def cap_amount(draft: Draft, period: str) -> Any:
    high = 4000 if period in ("day", "claim", "visit") else 80000
    chance = draft.rng.random()
    if chance < 0.16 and draft.asks_index:
        return draft.pick("工资 ÷ 3", "工资 × 2 ÷ 7", "min(工资, 20000) + months × 10")
    if chance < 0.2:
        table = {
            "by disease": {"无": draft.yuan(100, high), "尿毒症": draft.yuan(500, high), "其他": draft.yuan(100, high)}
        }
        plus = {draft.pick("plus", "plus_each"): "150"}
        return {
            "highest": table,
            "over": "diseases",
            **plus,
            **({"at_most": draft.yuan(500, high)} if draft.maybe(0.4) else {}),
        }
    if chance < 0.25:
        return {"by category": {"特困": "不限", "其他": draft.yuan(500, high)}}
    return draft.money(500, high)


def draft_floor(draft: Draft, name: str, others: list[str]) -> None:
    paid_by = {"paid_by": draft.rng.choice(others)} if others and draft.maybe(0.4) else {}
    when = {"when": draft.condition()} if draft.maybe(0.6) else {}
    draft.put(f"{name}.floor.保底", lambda: {"at_least": draft.percent(30, 95), "of": "base", **when, **paid_by})
