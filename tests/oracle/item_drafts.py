"""Random articles about lines, packages and whole claims."""

from __future__ import annotations

from typing import Any

from tests.oracle.drafting import FIRST_DAY, Draft


def draft_items(draft: Draft) -> None:
    """Exclusions, first self-pay, price limits. Some stand in a file of their own, dated by the day of the fee."""
    rules: dict[str, Any] = {}
    if draft.maybe(0.3):
        rules["items.exclude.目录外"] = {"when": draft.pick("fee_kind is 自费", "class is 丙 or fee_kind is 自费")}
    if draft.maybe(0.5):
        rules["items.first_pay.器材"] = {
            "when": draft.pick("fee_kind is 材料", "class is 乙 and fee_kind is 材料"),
            "rate": draft.percent(10, 60),
            "above": draft.pick("50", "200", "12.50元"),
        }
    rules["items.first_pay.乙"] = {"when": "class is 乙", "rate": draft.table(lambda: draft.percent(5, 40))}
    if draft.maybe(0.5):
        rules["items.price_limit.床位"] = {"when": "fee_kind is 床位", "at_most": draft.money(10, 60)}
    if draft.maybe(0.3):
        rules["items.rounding"] = {"unit": "分", "mode": draft.pick("half_up", "down", "up", "half_even")}
    for address, value in rules.items():
        if draft.maybe(0.5):
            draft.fee_articles.append(
                {
                    "cite": f"目录{len(draft.fee_articles) + 1}",
                    "says": "随机条款",
                    "sets": {address: value},
                    "effective": {"from": str(FIRST_DAY)},
                }
            )
        else:
            draft.article(address, value, FIRST_DAY)
    if draft.maybe(0.15):
        when = "kind is 特病 and in_disease_scope is 否"
        draft.article("items.divert.病种外", {"when": when, "to": "门诊"}, FIRST_DAY)
    if draft.fee_articles:
        address, value = next(iter(draft.fee_articles[-1]["sets"].items()))
        if "rate" in value:
            changed = {**value, "rate": draft.percent(5, 40)}
            draft.fee_articles.append(
                {
                    "cite": "目录改",
                    "says": "随机条款",
                    "sets": {address: changed},
                    "effective": {"from": "2024-05-01"},
                    "supersedes": "目录",
                }
            )


def draft_packages(draft: Draft) -> None:
    for number in range(draft.pick(0, 0, 1, 2)):
        period = draft.pick("claim", "day", "month", "stay", "year", "year")
        each = draft.pick(None, None, "disease")
        more = {} if each is None else {"each": each}
        excess = draft.pick("hospital", "person")

        def package(period: str = period, more: dict[str, str] = more, excess: str = excess) -> dict[str, Any]:
            price = draft.money(200, 6000)
            return {"when": draft.condition(), "price": price, "per": period, "excess": excess, **more}

        draft.put(f"items.package.包干{number}", package)


def draft_claim_guards(draft: Draft) -> None:
    if draft.maybe(0.3):
        draft.put("claim.guard.第三方", lambda: {"when": "third_party is 是", "do": "refuse"})
    if draft.maybe(0.2):
        when = "filing is 未备案 and place is not 区内"
        draft.put("claim.guard.未备案", lambda: {"when": when, "do": "reduce", "pay": draft.percent(50, 95)})
    if draft.maybe(0.15):
        draft.put("claim.guard.减半", lambda: {"when": "months < 6", "do": "reduce", "pay": "50%"})
    if draft.maybe(0.25):
        when = "kind is 门诊 and disease is not 无"
        draft.put("claim.guard.转特病", lambda: {"when": when, "do": "redirect", "to": "特病"})
    if draft.entitled:
        do = draft.pick({"do": "refuse"}, {"do": "reduce", "pay": "10%"})
        draft.put("claim.guard.无待遇", lambda: {"when": "entitlement is none", **do})
        draft.put("claim.guard.减待遇", lambda: {"when": "entitlement is reduced", "do": "reduce", "pay": "50%"})
    if draft.maybe(0.25):
        length = draft.pick({"months": "1"}, {"months": "6"}, {"days": "45"})
        end = draft.pick("clamp", "next_day")
        when = {"when": "age >= 1"} if draft.maybe(0.5) else {}
        if draft.maybe(0.3):
            when["starts"] = "month"
        draft.put("waiting.等待", lambda: {**when, **length, "after": "paid_on", "end_of_month": end})
