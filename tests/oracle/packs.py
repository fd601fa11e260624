"""Random regions: folders of YAML that the loader reads like any other, covering the construct families C1 to C16."""

from __future__ import annotations

import json
import random
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tests.oracle.drafting import WORDS, Draft
from tests.oracle.item_drafts import draft_claim_guards, draft_items, draft_packages
from tests.oracle.layer_drafts import allocation, draft_fund, draft_ratio_changes
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack

KINDS = ("住院", "门诊", "特病")
Documents = dict[str, Any]


@dataclass
class World:
    """A random pack with what a history must know about it."""

    seed: int
    pack: Pack
    documents: Documents
    items: list[str]
    edges: list[int]  # amounts the articles state, in fen
    given: list[str]  # layers whose amount comes with the claim
    account_kinds: list[str]
    entitled: bool  # claims arrive with entitlement periods


def random_world(seed: int) -> World:
    """The region of a seed, written to a temporary folder and read back by the loader."""
    draft = Draft(random.Random(seed))
    documents, given = write_documents(draft)
    with tempfile.TemporaryDirectory() as folder:
        write_folder(Path(folder), documents)
        pack = load_region(folder)
    kinds = sorted({x.account or n for n, x in pack.layers["resident"].items() if x.payer == "account"})
    return World(seed, pack, documents, draft.items, sorted(draft.edges), given, kinds, draft.entitled)


class PlainDumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):
    """Writes everything out: a region folder has no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@lru_cache(maxsize=256)
def _loaded(text: str) -> Pack:
    with tempfile.TemporaryDirectory() as folder:
        write_folder(Path(folder), json.loads(text))
        return load_region(folder)


def small_pack(sets: dict[str, Any]) -> Pack:
    """A region of one article with what `sets` says; its layers are those that it speaks of, in that order."""
    first_words = dict.fromkeys(address.split(".")[0] for address in sets)
    layers = {n: {"name": FUNDS[n][0], "payer": "fund", "field": FUNDS[n][1]} for n in first_words if n in FUNDS}
    dates = {"from": "2000-01-01", "by": "discharge"}
    article = {"cite": "一", "says": "手算", "sets": sets}
    documents = {
        "region.yaml": {**HEAD, "schemes": {"resident": "居民"}},
        "sources.yaml": {"办法": SOURCE},
        "vocabulary.yaml": {"lists": {"place": WORDS["place"], "item": ["甲类", "乙类药"]}},
        "layers.yaml": {"resident": {"layers": layers, "visits": {"住院": list(layers)}}},
        "benefits/a.yaml": {"source": "办法", "scheme": "resident", "effective": dates, "articles": [article]},
    }
    return _loaded(json.dumps(documents))


def write_folder(folder: Path, documents: Documents) -> None:
    """Documents by file name as a region folder."""
    for name, content in documents.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = yaml.dump(content, Dumper=PlainDumper, allow_unicode=True, sort_keys=False, width=1000)
        file.write_text(text, encoding="utf-8")


def write_documents(draft: Draft) -> tuple[Documents, list[str]]:
    layers, order = choose_layers(draft)
    for name, layer in layers.items():
        before = order[: order.index(name)]
        draft_layer(draft, name, layer, before, [n for n in order if n != name])
    if draft.items and draft.maybe(0.3):
        draft.put("allocation", lambda: {"deductible": allocation(draft)})
    draft_packages(draft)
    draft_claim_guards(draft)
    draft_items(draft)

    def some(chance: float) -> list[str]:
        return [n for n in order if draft.maybe(chance)] or order[:1]

    shorter = some(0.7)
    if draft.maybe(0.2):
        draft.put("visits.门诊", lambda: some(0.8))
    by = draft.pick("discharge", "discharge", "admission", "settlement")
    files = {
        "region.yaml": region_file(draft),
        "sources.yaml": {"办法": SOURCE},
        "vocabulary.yaml": vocabulary(draft),
        "layers.yaml": {"resident": {"layers": layers, "visits": {"住院": order, "门诊": shorter, "特病": order}}},
        "benefits/a.yaml": article_file(draft.articles, by),
    }
    if draft.fee_articles:
        files["benefits/b.yaml"] = article_file(draft.fee_articles, draft.pick("fee", "fee", by))
    return files, [n for n, layer in layers.items() if layer["payer"] == "given"]


HEAD = {"name": {"zh": "随机市", "en": "Random"}, "code": "000000", "evidence": "fictional"}
SOURCE = {"title": "随机办法", "published": "2022-12-01", "review_by": "2099-12-31", "evidence": "fictional"}


def article_file(articles: list[dict[str, Any]], by: str) -> dict[str, Any]:
    for article in articles:
        article["effective"]["by"] = by
    return {"source": "办法", "scheme": "resident", "effective": {"from": "2023-01-01", "by": by}, "articles": articles}


def region_file(draft: Draft) -> dict[str, Any]:
    return {
        **HEAD,
        "schemes": {"resident": "居民"},
        "year": {
            "starts": draft.pick("01-01", "01-01", "07-01", "04-16"),
            "basis": draft.pick("discharge", "discharge", "admission", "settlement"),
            "crossing": draft.pick("whole", "whole", "split", "option"),
        },
        "entitlement": "required" if draft.entitled and draft.maybe(0.3) else "assumed",
        "nth": {"kinds": draft.pick(["住院"], ["住院"], ["住院", "特病"])},
    }


def vocabulary(draft: Draft) -> dict[str, Any]:
    lists: dict[str, Any] = {n: WORDS[n] for n in ("place", "level", "status", "category", "disease", "filing")}
    if draft.items:
        lists["item"] = draft.items
    carry = draft.pick("forward", "forward", "never")
    return {
        "lists": lists,
        "intervals": {
            "次数": {"of": "nth", "cuts": ["2", "3"], "names": WORDS["次数"]},
            "年龄段": {"of": "age", "cuts": ["18", "60"], "names": WORDS["年龄段"]},
            "连续": {"of": "months", "cuts": ["6", "24"], "names": WORDS["连续"]},
        },
        "classes": {
            "人群": {
                **({"on": "admitted"} if draft.maybe(0.5) else {}),
                "values": {"儿童": "age < 18", "劳动者": "age >= 18 and age < 60", "老人": "age >= 60"},
            },
            "退休批次": {"values": {"老办法": "retired_on < 2001-01-01", "新办法": "retired_on >= 2001-01-01"}},
        },
        "indices": {
            "工资": {
                "carry": carry,
                "values": {
                    "2022": {"value": "52000"},
                    "2023": {"value": "58123", "published": "2023-05-20"},
                    "2024": {"value": "61007", "published": "2024-06-15"},
                    **({y: {"value": "64000"} for y in ("2023", "2024", "2025")} if carry == "never" else {}),
                },
            },
            "收入": {"carry": "forward", "values": {"2022": {"value": "39999"}, "2024": {"value": "44111"}}},
        },
    }


FUNDS = {
    "pool": ("统筹", "hifp_pay"),
    "large": ("大额", "hifob_pay"),
    "critical": ("大病", "hifmi_pay"),
    "assist": ("救助", "maf_pay"),
    "second": ("再救助", "oth_pay"),
}


def choose_layers(draft: Draft) -> tuple[dict[str, Any], list[str]]:
    """Funds in a usual order, among them perhaps single-line drugs, accounts and a payer whose amount is given."""
    more = draft.pick(0, 0, 0.05, 0.1, 0.5)  # many small regions, some with a layer for everything
    names = [n for n in FUNDS if n == "pool" or draft.maybe(more)]
    layers: dict[str, Any] = {n: {"name": FUNDS[n][0], "payer": "fund", "field": FUNDS[n][1]} for n in names}
    order = list(names)
    if "单行药" in draft.items and draft.maybe(0.4):
        layers["single"] = {"name": "单行支付", "payer": "fund", "field": "hifes_pay"}
        order.insert(draft.rng.choice([0, 1]), "single")
    account = {"name": "个人账户", "payer": "account", "bearer": "account", "field": "acct_pay", "account": "个账"}
    if draft.maybe(0.1):
        layers["purse_first"] = account
        order.insert(0, "purse_first")
    if draft.maybe(0.2):
        layers["purse"] = {**account, "account": draft.pick("个账", "历年")}
        order.append("purse")
    if draft.maybe(0.15):
        layers["insurer"] = {"name": "商保", "payer": "given", "bearer": "insurer", "field": "oth_pay"}
        order.insert(draft.rng.randint(1, len(order)), "insurer")
    return layers, order


def draft_layer(draft: Draft, name: str, layer: dict[str, Any], before: list[str], others: list[str]) -> None:
    if name == "single":
        draft_fund(draft, name, "in_scope of 单行药", others)
        return
    takes = choose_takes(draft, name, before)
    if layer["payer"] == "fund":
        draft_fund(draft, name, takes, others)
        return
    draft.put(f"{name}.takes", lambda: takes)
    if layer["payer"] == "account" and draft.maybe(0.3):
        draft.put(f"{name}.ratio", lambda: draft.ratio(50, 100))
        draft_ratio_changes(draft, name)


def choose_takes(draft: Draft, name: str, before: list[str]) -> Any:
    apart = "single" in before or ("单行药" in draft.items and draft.maybe(0.5))
    except_single = " except 单行药" if apart else ""
    if name == "purse_first":
        return ["full_self_pay", f"{draft.percent(10, 100)} × in_scope"] if draft.maybe(0.5) else ["first_self_pay"]
    if name == "pool":
        return draft.pick(
            f"in_scope{except_single}",
            "in_scope",
            [f"in_scope{except_single}", f"{draft.percent(20, 90)} × first_self_pay"],
            [f"{draft.percent(50, 100)} × in_scope", "package_excess"],
        )
    if name == "second":
        return draft.pick("unpaid", "unpaid", [f"{draft.percent(30, 100)} × unpaid"])
    funds = [n for n in before if n in FUNDS or n == "single"] or before
    terms = []
    for earlier in funds:
        for part in ("over_cap", "own_share", "deductible_part"):
            if draft.maybe(0.6):
                coefficient = f"{draft.percent(20, 100)} × " if draft.maybe(0.2) else ""
                groups = ""
                if draft.items and draft.maybe(0.2):
                    groups = f" {draft.pick('of', 'except')} {draft.rng.choice(draft.items)}"
                terms.append(f"{coefficient}{earlier}.{part}{groups}")
    terms += [p for p in ("in_scope", "first_self_pay", "over_limit", "full_self_pay") if draft.maybe(0.25)]
    return terms or ["unpaid"]
