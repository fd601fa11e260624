import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ground.region.folders import SUYU, add, articles, copy, delta
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.load import load_region, read_region
from tongchou.ground.region.number import NoCell, evaluate
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.resolved import pack_from_resolved


def spans(pack: Pack, address: str) -> list[tuple[str, str | None]]:
    found = [f for f in pack.facts if f.address == address]
    return [(str(f.from_date), str(f.through) if f.through else None) for f in found]


def fact(pack: Pack, address: str, day: str) -> Declared:
    (found,) = (f for f in pack.facts if f.address == address and f.covers(date.fromisoformat(day)))
    return found


def deductible(pack: Pack, day: str, place: str) -> Any:
    return evaluate(fact(pack, "resident.pool.deductible", day).value.amount, {"place": place}.__getitem__)


def test_a_good_folder_is_a_pack(tmp_path: Path) -> None:
    pack = load_region(copy(tmp_path / "a"))
    assert [f.address for f in pack.facts][:2] == ["resident.large.ratio", "resident.large.takes"]
    assert pack.year.label_of(date(2024, 12, 31)) == 2024
    assert [f.order for f in pack.facts] == list(range(6))
    assert pack.facts[0].citation() == "decree 第二条"
    assert set(pack.by_address) == {f.address for f in pack.facts}
    assert pack.breakpoints == {"discharge": [date(2020, 1, 1)]}
    assert len(list(pack.in_force({"discharge": date(2020, 1, 1)}))) == 6
    assert list(pack.in_force({"discharge": date(2019, 12, 31)})) == []
    assert list(pack.in_force({"admission": date(2020, 1, 1)})) == []
    assert pack.places["layers.yaml:resident.visits.住院"].line == 6


def test_all_problems_are_raised_at_once(tmp_path: Path) -> None:
    folder = copy(tmp_path / "a", sources="decree: {titel: x}", decisions="decisions: {D1: {}}")
    with pytest.raises(ProblemError) as caught:
        load_region(folder)
    assert len({p.place.file for p in caught.value.problems}) >= 2
    with pytest.raises(ProblemError):
        load_region(tmp_path / "nowhere")
    assert read_region(tmp_path / "nowhere")[0] is None


def test_breakpoints_are_starts_and_days_after_ends(tmp_path: Path) -> None:
    text = articles(
        "{cite: 甲, says: x, effective: {from: 2021-01-01, through: 2021-06-30, by: admission},"
        " sets: {pool.adjust.a: {points: 1}}}",
        "{cite: 甲, says: x, effective: {from: 2021-01-01, through: 9999-12-31}, sets: {pool.adjust.b: {points: 1}}}",
    )
    pack = load_region(copy(tmp_path / "a", benefits__more=text))
    assert pack.breakpoints["admission"] == [date(2021, 1, 1), date(2021, 7, 1)]
    assert pack.breakpoints["discharge"] == [date(2020, 1, 1), date(2021, 1, 1)]


# --- what supersedes what ------------------------------------------------------------------------------------------


def test_the_later_supersedes_whatever_the_order_of_files(tmp_path: Path) -> None:
    later = articles("{cite: 新, says: x, effective: {from: 2022-01-01, through: 2022-12-31}, supersedes: 旧,"
                     " sets: {pool.ratio: 90%}}")  # fmt: skip
    for name in ("benefits__a", "benefits__z"):
        folder = copy(tmp_path / name, **{name: later})
        assert spans(load_region(folder), "resident.pool.ratio") == [
            ("2020-01-01", "2021-12-31"),
            ("2022-01-01", "2022-12-31"),  # and nothing revives
        ]


def test_on_the_same_day_the_one_that_supersedes_holds(tmp_path: Path) -> None:
    text = articles("{cite: 新, says: x, supersedes: 旧, sets: {pool.ratio: 90%}}")
    pack = load_region(copy(tmp_path / "a", benefits__a=text))
    assert [f.cite for f in pack.facts if f.address == "resident.pool.ratio"] == ["新"]


def test_a_delta_overrides_its_base_by_address(tmp_path: Path) -> None:
    copy(tmp_path / "base", benefits__more=articles("{cite: 旧, says: x, sets: {pool.adjust.a: {points: 1},"
                                                    " pool.adjust.b: {points: 2}}}"))  # fmt: skip
    changed = articles("{cite: 新, says: x, effective: {from: 2021-01-01}, sets: {pool.adjust.a: {points: 3}}}")
    folder = delta(tmp_path / "delta", "../base", benefits__a=changed)
    pack = load_region(folder)
    assert pack.region.name.zh == "乙"
    assert pack.region.schemes == {"resident": "居民"}
    assert spans(pack, "resident.pool.adjust.a") == [("2020-01-01", "2020-12-31"), ("2021-01-01", None)]
    assert [f.name for f in pack.in_force({"discharge": date(2022, 1, 1)}) if f.kind == "adjust.*"] == ["a", "b"]
    assert pack.cases == ()
    assert fact(pack, "resident.pool.adjust.a", "2020-05-05").from_base
    assert not fact(pack, "resident.pool.adjust.a", "2021-05-05").from_base


def test_a_delta_takes_the_place_of_later_versions_of_its_base(tmp_path: Path) -> None:
    text = articles("{cite: 旧, says: x, effective: {from: 2022-01-01}, supersedes: 更旧, sets: {pool.ratio: 90%}}")
    copy(tmp_path / "base", benefits__more=text)
    changed = articles("{cite: 新, says: x, effective: {from: 2021-01-01}, sets: {pool.ratio: 70%}}")
    pack = load_region(delta(tmp_path / "delta", "../base", benefits__a=changed))
    assert spans(pack, "resident.pool.ratio") == [("2020-01-01", "2020-12-31"), ("2021-01-01", None)]


def test_what_a_delta_does_not_touch_stays(tmp_path: Path) -> None:
    text = articles("{cite: 旧, says: x, effective: {from: 2020-01-01, through: 2020-12-31}, sets:"
                    " {pool.adjust.a: {points: 1}}}")  # fmt: skip
    copy(tmp_path / "base", benefits__more=text)
    changed = articles("{cite: 新, says: x, effective: {from: 2022-01-01}, sets: {pool.adjust.a: {points: 3}}}")
    pack = load_region(delta(tmp_path / "delta", "../base", benefits__a=changed))
    assert spans(pack, "resident.pool.adjust.a") == [("2020-01-01", "2020-12-31"), ("2022-01-01", None)]


def test_a_base_of_a_base(tmp_path: Path) -> None:
    copy(tmp_path / "one")
    acknowledged = "acknowledged: [{finding: W301, at: a, cite: b, why: c}]"
    delta(tmp_path / "two", "../one", decisions=acknowledged)
    third = delta(tmp_path / "three", "../two", vocabulary="lists: {level: [甲, 乙]}", decisions=acknowledged)
    pack = load_region(third)
    assert pack.vocabulary.dimensions["level"].words == ("甲", "乙")
    assert pack.vocabulary.dimensions["place"].words == ("市内", "市外")
    assert list(pack.decisions) == ["D1"]
    assert len(pack.acknowledged) == 2
    assert [key for key in pack.places if key.startswith("acknowledged")] == ["acknowledged:1"]


def test_problems_of_a_base_stand_in_its_files(tmp_path: Path) -> None:
    copy(tmp_path / "base", vocabulary="lists: [a]")
    _, problems = read_region(delta(tmp_path / "delta", "../base"))
    assert {Path(p.place.file or "").parent.name for p in problems} == {"base"}


def test_a_cell_is_reset_by_an_article_of_its_own(tmp_path: Path) -> None:
    text = articles(
        "{cite: 新, says: x, effective: {from: 2021-01-01}, sets: {'pool.deductible[place=市外]': 900}}",
        "{cite: 更新, says: x, effective: {from: 2022-01-01, through: 2022-06-30}, supersedes: 新,"
        " sets: {'pool.deductible[place=市外]': 0}}",
        "{cite: 又新, says: x, effective: {from: 2022-08-01}, sets: {'pool.deductible[place=市外]': 950}}",
        "{cite: 另, says: x, effective: {from: 2023-01-01}, sets: {'pool.deductible[place=市内]': 400}}",
    )
    pack = load_region(copy(tmp_path / "a", benefits__more=text))
    days = ("2020-05-05", "2021-05-05", "2022-05-05", "2022-08-05", "2023-05-05")
    assert [deductible(pack, day, "市外") for day in days] == [800, 900, 0, 950, 950]
    assert [deductible(pack, day, "市内") for day in days] == [500, 500, 500, 500, 400]
    with pytest.raises(NoCell):
        deductible(pack, "2022-07-05", "市外")
    assert [c.cite for c in fact(pack, "resident.pool.deductible", "2023-05-05").resets] == ["decree 又新", "decree 另"]


def test_a_table_without_any_cell_left_is_gone(tmp_path: Path) -> None:
    text = articles(
        "{cite: 新, says: x, sets: {large.deductible: {per: stay, amount: {by place: {市外: 5}}}}}",
        "{cite: 新, says: x, effective: {from: 2021-01-01, through: 2021-06-30},"
        " sets: {'large.deductible[place=市外]': 9}}",
    )
    pack = load_region(copy(tmp_path / "a", benefits__more=text))
    assert spans(pack, "resident.large.deductible") == [("2020-01-01", "2020-12-31"), ("2021-01-01", "2021-06-30")]


def test_a_new_table_has_its_own_cells(tmp_path: Path) -> None:
    text = articles(
        "{cite: 新, says: x, effective: {from: 2021-01-01}, sets: {'pool.deductible[place=市外]': 900}}",
        "{cite: 全新, says: x, effective: {from: 2022-01-01}, supersedes: 旧,"
        " sets: {pool.deductible: {per: stay, amount: {by place: {市内: 1, 市外: 2}}}}}",
    )
    pack = load_region(copy(tmp_path / "a", benefits__more=text))
    assert [deductible(pack, day, "市外") for day in ("2020-05-05", "2021-05-05", "2022-05-05")] == [800, 900, 2]


def test_a_delta_resets_a_cell_in_every_version_of_its_base(tmp_path: Path) -> None:
    text = articles("{cite: 全新, says: x, effective: {from: 2022-01-01}, supersedes: 旧,"
                    " sets: {pool.deductible: {per: stay, amount: {by place: {市内: 1, 市外: 2}}}}}")  # fmt: skip
    copy(tmp_path / "base", benefits__more=text)
    change = articles("{cite: 新, says: x, effective: {from: 2021-01-01}, sets: {'pool.deductible[place=市外]': 900}}")
    pack = load_region(delta(tmp_path / "delta", "../base", benefits__a=change))
    assert [deductible(pack, day, "市外") for day in ("2020-05-05", "2021-05-05", "2022-05-05")] == [800, 900, 900]


# --- what was known when -------------------------------------------------------------------------------------------


def test_what_was_published_later_is_unknown(tmp_path: Path) -> None:
    text = articles("{cite: 新, says: x, published: 2022-05-01, effective: {from: 2022-01-01}, supersedes: 旧,"
                    " sets: {pool.ratio: 90%}}")  # fmt: skip
    folder = copy(tmp_path / "a", benefits__more=text)
    before, after = (load_region(folder, known_on=date(2022, 4, 30)), load_region(folder, known_on=date(2022, 5, 1)))
    assert spans(before, "resident.pool.ratio") == [("2020-01-01", None)]
    assert spans(after, "resident.pool.ratio") == [("2020-01-01", "2021-12-31"), ("2022-01-01", None)]
    assert len({before.hash, after.hash, load_region(folder).hash}) == 3


# --- the hash ------------------------------------------------------------------------------------------------------


def test_comments_spaces_and_files_leave_the_hash(tmp_path: Path) -> None:
    one = load_region(copy(tmp_path / "a"))
    other = copy(tmp_path / "b")
    text = (other / "benefits" / "pool.yaml").read_text("utf-8")
    head, first, second = text.partition("  - cite: 第一条")[0], *text.split("  - cite: ")[1:]
    (other / "benefits" / "pool.yaml").unlink()
    add(other, benefits__z__one=f"# comment\n{head}  - cite: {first}", benefits__a=f"{head}  - cite:   {second}")
    assert load_region(other).hash == one.hash


def test_any_value_changes_the_hash(tmp_path: Path) -> None:
    """Each scalar of the good region in turn is replaced by another of its kind."""
    original = load_region(copy(tmp_path / "a")).hash
    changes = {
        "region": [("甲市", "乙市"), ('"000000"', '"000001"'), ("01-01", "07-01"), ("2024-12-31", "2025-12-31")],
        "sources": [("甲市办法", "乙市办法"), ("2019-12-01", "2019-12-02"), ("2030-12-31", "2031-12-31")],
        "vocabulary": [("三级]", "三级, 四级]"), ("cuts: [2]", "cuts: [3]"), ("value: 5000", "value: 5001")],
        "layers": [("name: 大额", "name: 小额"), ("[pool, large]", "[pool]")],
        "decisions": [("按次还是按年", "按年还是按次")],
        "benefits/pool": [("市内: 500", "市内: 501"), ("10万,", "11万,"), ("2020-01-01", "2020-01-02"),
                          ("第二条", "第三条"), ("大额支付", "再支付"), ("by: discharge", "by: admission")],
    }  # fmt: skip
    seen = {original}
    for name, pairs in changes.items():
        for old, new in pairs:
            folder = tmp_path / f"c{len(seen)}"
            file = copy(folder) / f"{name}.yaml"
            text = file.read_text("utf-8")
            assert old in text
            file.write_text(text.replace(old, new, 1), "utf-8")
            seen.add(load_region(folder).hash)
    assert len(seen) == 1 + sum(map(len, changes.values()))


# --- catalogues and groupers ---------------------------------------------------------------------------------------


def groups(folder: Path, **texts: str) -> Path:
    """Files of a kind within `payment/`: `drg__mdc_csv` is `drg/mdc.csv`."""
    for name, text in texts.items():
        *above, file = name.split("__")
        home = folder / "payment" / Path(*above)
        home.mkdir(parents=True, exist_ok=True)
        (home / ".".join(file.rsplit("_", 1))).write_text(text, "utf-8")
    return folder


def test_a_pack_keeps_its_catalogue_and_its_grouper_whole(tmp_path: Path) -> None:
    folder = groups(
        copy(tmp_path / "r"), drg__scheme_toml="id = 'x'\n", drg__mdc_csv="mdc,seq\r\n", drg__page_html="<p>",
        dip__catalogue__catalogue_csv="group\n", dip__catalogue__declaration__dip_yaml="title: x\n",
        **{"drg__.hidden_csv": ""},
    )  # fmt: skip
    pack = load_region(folder)
    assert pack.groups == {
        "dip": {"catalogue.csv": "group\n", "declaration/dip.yaml": "title: x\n"},
        "drg": {"mdc.csv": "mdc,seq\r\n", "scheme.toml": "id = 'x'\n"},
    }
    again = pack_from_resolved(json.loads(json.dumps(dict(pack.resolved))))
    assert (again.groups, again.hash) == (pack.groups, pack.hash)
    other = load_region(groups(folder, drg__mdc_csv="mdc\n"))
    assert other.hash != pack.hash
    assert "groups" not in load_region(copy(tmp_path / "none")).resolved


def test_a_region_without_a_grouper_has_that_of_its_base(tmp_path: Path) -> None:
    groups(copy(tmp_path / "base"), drg__mdc_csv="base", dip__catalogue__catalogue_csv="base")
    own = groups(delta(tmp_path / "r", "../base"), drg__drg_csv="own")
    assert load_region(own).groups == {"dip": {"catalogue.csv": "base"}, "drg": {"drg.csv": "own"}}


def test_a_grouper_that_is_no_text(tmp_path: Path) -> None:
    folder = groups(copy(tmp_path / "r"), drg__mdc_csv="")
    (folder / "payment" / "drg" / "mdc.csv").write_bytes(b"mdc\xff")
    with pytest.raises(ProblemError, match=r"mdc\.csv.*R002"):
        load_region(folder)


# --- stored packs --------------------------------------------------------------------------------------------------


def test_a_stored_pack_is_the_same_pack(tmp_path: Path) -> None:
    text = articles(
        "{cite: 新, says: x, effective: {from: 2021-01-01, through: 2021-12-31},"
        " sets: {'pool.deductible[place=市外]': 900}}"
    )
    for folder in (copy(tmp_path / "a", benefits__more=text), SUYU):
        pack = load_region(folder, known_on=date(2026, 1, 1))
        stored = json.loads(json.dumps(pack.resolved))
        again = pack_from_resolved(stored)
        assert again.hash == pack.hash
        assert [(f.address, f.value, f.from_date, f.through, f.resets) for f in again.facts] == [
            (f.address, f.value, f.from_date, f.through, f.resets) for f in pack.facts
        ]
        assert again.known_on == pack.known_on
        assert again.vocabulary.dimensions.keys() == pack.vocabulary.dimensions.keys()
        assert pack_from_resolved(again.resolved).hash == pack.hash


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("format",), 1, "R104"),
        (("region", "schemes"), "x", "R106"),
        (("region",), {}, None),
        (("vocabulary", "lists", "place"), [], "R107"),
        (("facts", 0, "address"), "resident.polo.takes", "R150"),
        (("facts", 0, "value"), "0.5", "R112"),
        (("facts", 0, "begins"), "x", "R130"),
        (("facts", 3, "resets"), [{"at": [["place", "省外"]], "to": "5", "cite": "x"}], "R117"),
        (("facts", 3, "resets"), [{"at": [["place", "市外"]], "to": "0.5", "cite": "x"}], "R112"),
        (("facts", 5, "resets"), [{"at": [["place", "市外"]], "to": "5", "cite": "x"}], "R151"),
        (("facts", 3, "resets"), [{"at": [["place", "市外"]], "to": None, "cite": "x"}], ""),
        (("facts", 3, "resets"), [{"at": [], "to": None, "cite": "x"}], "R117"),
    ],
)
def test_a_stored_pack_that_was_tampered_with(
    tmp_path: Path, path: tuple[Any, ...], value: Any, code: str | None
) -> None:
    stored = json.loads(json.dumps(load_region(copy(tmp_path / "a")).resolved))
    inner = stored
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    if code == "":
        assert pack_from_resolved(stored).hash != ""
        return
    with pytest.raises(ProblemError) as caught:
        pack_from_resolved(stored)
    assert code is None or code in {p.code for p in caught.value.problems}


# --- nothing is too strange ----------------------------------------------------------------------------------------

SCALARS = ["", "0.5", "1e5", "40,000", "no", "~", "5000", "50%", "2007-02-30", "place is x", "{a: 1}", "[1, [2]]",
           "{by place: {市内: 1}}", "9" * 5000, "(" * 3000, "not " * 900 + "a", "\\", "x" * 3000, "'\\ud800'",
           "{highest: {by place: 1}, over: [x]}", "a\0b", "\"\\ud800\"", "-", "&a x", "*a",
           "!!int 5", "？"]  # fmt: skip


def check(folder: Path) -> None:
    """Reading ends in a pack or in problems that can be told; never in a traceback."""
    pack, problems = read_region(folder)
    assert pack is not None or problems
    for problem in problems:
        assert problem.place.file
        assert problem.place.line
        assert problem.text("zh")
        assert problem.text("en")
    if pack is not None:
        assert len(pack.hash) == 64


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutations")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_mutated_files(workshop: Path, data: st.DataObject) -> None:
    """A line is dropped, doubled, cut, indented, or a piece of it replaced."""
    folder = workshop / "suyu"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SUYU, folder)
    file = data.draw(st.sampled_from(sorted(folder.rglob("*.yaml"))))
    lines = file.read_text("utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        i = data.draw(st.integers(0, len(lines) - 1))
        cut = data.draw(st.integers(0, len(lines[i])))
        scalar = data.draw(st.sampled_from(SCALARS))
        lines[i] = data.draw(
            st.sampled_from([
                "", lines[i] * 2, lines[i][:cut], f"  {lines[i]}", lines[i].replace(": ", f": {scalar} #", 1),
                lines[i][:cut] + scalar + lines[i][cut:], lines[i].replace("{", "[", 1), f"{lines[i]}\n{lines[i]}",
            ])
        )  # fmt: skip
    file.write_text("\n".join(lines), "utf-8", errors="surrogatepass")
    check(folder)


def paths_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for key, inner in items for p in paths_in(inner, (*path, key)))]


VALUES = st.recursive(
    st.sampled_from([*SCALARS, "区内", "pool", "pool.own_share", "always", "不限"]) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_random_values_at_random_keys(workshop: Path, data: st.DataObject) -> None:
    folder = workshop / "values"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SUYU, folder)
    file = data.draw(st.sampled_from(sorted(folder.rglob("*.yaml"))))
    content = yaml.load(file.read_text("utf-8"), Loader=yaml.BaseLoader)
    path = data.draw(st.sampled_from(paths_in(content)))
    value = data.draw(VALUES)
    holder = {"": content}
    inner: Any = holder
    for part in ("", *path)[:-1]:
        inner = inner[part]
    last = ("", *path)[-1]
    inner[last] = value
    if isinstance(inner, dict) and data.draw(st.booleans()):
        inner[data.draw(st.sampled_from(["extra", "when", "pay", "by place", "0"]))] = value
    file.write_text(json.dumps(holder[""], ensure_ascii=True), "utf-8")
    check(folder)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=300), name=st.sampled_from(["region", "sources", "layers", "benefits/guards", "cases/a"]))
def test_random_bytes(workshop: Path, raw: bytes, name: str) -> None:
    folder = workshop / "bytes"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SUYU, folder)
    (folder / f"{name}.yaml").write_bytes(raw)
    check(folder)
