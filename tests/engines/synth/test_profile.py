"""A profile is refused in full before anything is drawn, with the address of what is wrong."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tongchou.engines.synth import Profile, ProfileError, load_profile, shipped_profile
from tongchou.engines.synth.profile import check_words
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import regions_dir

Change = Callable[[dict[str, Any]], object]


def changed(profile: Profile, folder: Path, change: Change) -> Path:
    raw = copy.deepcopy(profile.raw)
    change(raw)
    path = folder / "changed.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return path


BROKEN: dict[str, tuple[Change, str]] = {
    "no section": (lambda raw: raw.pop("chronic"), "chronic"),
    "a section of another form": (lambda raw: raw.update(months=3), "months"),
    "eleven months": (lambda raw: raw["months"].pop(), "months"),
    "no target": (lambda raw: raw["figures"].pop("visits"), "visits"),
    "a figure without origin": (lambda raw: raw["figures"]["male"].pop("source"), "figures.male"),
    "a figure with a stray key": (lambda raw: raw["figures"]["male"].update({"第二": None}), "figures.male"),
    "a target of zero": (lambda raw: raw["figures"]["visits"].update(target=0), "visits"),
    "an unknown unit": (lambda raw: raw["figures"]["male"].update(unit="per mille"), "figures.male"),
    "a word missing": (lambda raw: raw["words"]["places"].pop("away"), "words.places.away"),
    "a level without share": (lambda raw: raw["stays"]["levels"].pop("三级"), "stays.levels"),
    "a negative cost": (lambda raw: raw["visits"]["drug"].update(yuan=-1), "visits.drug.yuan"),
    "a share above one": (lambda raw: raw["stays"].update(transfer=1.5), "stays.transfer"),
    "a disease without visits": (lambda raw: raw["chronic"]["透析"].pop("visits"), "chronic.透析"),
    "a diagnosis without code": (lambda raw: raw["diagnoses"][0].pop("code"), "diagnoses[1]"),
    "a diagnosis that is a word": (lambda raw: raw["diagnoses"].append("J18"), "diagnoses[30]"),
    "an unknown class": (lambda raw: raw["line_kinds"]["诊察"].update({"class": "丁"}), "line_kinds.诊察"),
    "a bed at no price": (lambda raw: raw["line_kinds"]["床位"].update(bed=[9, 3]), "line_kinds.床位"),
    "half a mix": (lambda raw: raw["line_kinds"]["诊察"].update(visit=[1]), "line_kinds.诊察.visit"),
    "a bill without lines": (lambda raw: raw["line_kinds"]["单行药"].pop("drug_purchase"), "drug_purchase"),
    "a fact without a draw": (lambda raw: raw["facts"]["employee"].update(公务员={}), "facts.employee.公务员"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_profile_is_refused_with_its_address(profile: Profile, tmp_path: Path, name: str) -> None:
    change, address = BROKEN[name]
    with pytest.raises(ProfileError) as caught:
        load_profile(changed(profile, tmp_path, change))
    assert address in caught.value.zh
    assert address in caught.value.en


@pytest.mark.parametrize("text", ["[1, 2", "- 1\n- 2\n", "\x00"])
def test_what_is_no_profile_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError):
        load_profile(path)


def test_the_words_of_the_shipped_profile_are_those_of_the_region(profile: Profile) -> None:
    check_words(profile, load_region(regions_dir() / "ninghe"))
    assert shipped_profile("nowhere") is None


def test_every_unknown_word_is_named(profile: Profile, tmp_path: Path) -> None:
    def change(raw: dict[str, Any]) -> None:
        raw["words"]["places"]["away"] = "省外"
        raw["words"]["kinds"]["stay"] = "留观"
        raw["words"]["schemes"]["resident"] = "rural"
        raw["words"]["account"] = "储蓄"
        raw["facts"]["resident"]["户籍"] = {"shares": {"本地": 1}}
        raw["facts"]["resident"]["签约"] = {"shares": {"也许": 1}}
        raw["line_kinds"]["诊察"]["item"] = "诊疗"

    with pytest.raises(ProfileError) as caught:
        check_words(load_profile(changed(profile, tmp_path, change)), load_region(regions_dir() / "ninghe"))
    for word in ("place 省外", "kind 留观", "scheme rural", "account 储蓄", "facts 户籍", "签约 也许", "item 诊疗"):
        assert word in caught.value.en


def test_a_region_without_pharmacies_accounts_or_packages_is_drawn_too(profile: Profile, tmp_path: Path) -> None:
    from tongchou.engines.synth import generate
    from tongchou.ground.tables import read_tables

    def change(raw: dict[str, Any]) -> None:
        raw["words"].update(account=None, kinds={"visit": "普通门诊", "stay": "住院"})
        raw["claim_facts"] = {}

    generate(load_profile(changed(profile, tmp_path, change)), 150, 2025, tmp_path)
    tables = read_tables(tmp_path)
    assert tables.problems == []
    assert {row["kind"] for row in tables.rows["claims"]} == {"普通门诊", "住院"}
    assert tables.rows["accounts"] == []
    assert {row["account_use"] for row in tables.rows["claims"]} == {"none"}


def test_a_profile_on_a_base_writes_only_what_is_its_own(profile: Profile, tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("base: ninghe\nfigures: {male: {unit: share, target: 0.5, assumed: 一半}}\nweekend: 0.4\n", "utf-8")
    own = load_profile(path)
    assert (own.target("male"), own["weekend"]) == (0.5, 0.4)
    assert {name for name in own.figures if own.figures[name] != profile.figures[name]} == {"male"}
    assert {name for name in profile.raw if own.raw[name] != profile.raw[name]} == {"figures", "weekend"}


@pytest.mark.parametrize("text", ["base: nowhere", "base: [ninghe]", "base: ninghe\nfigures: 3"])
def test_a_base_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ProfileError):
        load_profile(path)


def test_the_profile_of_jiangmen_has_the_words_of_its_region() -> None:
    path = shipped_profile("jiangmen-2012")
    assert path is not None
    check_words(load_profile(path), load_region(regions_dir() / "jiangmen-2012"))
