"""`tongchou synth`: a synthetic region as canonical tables, with what it was calibrated to side by side."""

from __future__ import annotations

import json as json_
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tongchou.faces.cli.speak import UNREADABLE, Json, Lang, emit, language, refuse, say, tell
from tongchou.faces.cli.table import show
from tongchou.faces.cli.where import Region, find_region, load
from tongchou.ground.folders import replacing

if TYPE_CHECKING:
    from tongchou.engines.synth import Made, Profile
    from tongchou.ground.region.pack import Pack

CALIBRATION = "calibration.json"


def synth(
    region: Region,
    persons: Annotated[int, typer.Option(help="参保人数 || insured persons")],
    year: Annotated[int, typer.Option(help="就诊所在的年份 || the calendar year of the claims")],
    out: Annotated[Path, typer.Option(help="写到此文件夹 || folder for the tables")],
    seed: Annotated[int, typer.Option(min=0, help="种子；相同则结果相同 || seed; the same seed draws the same")] = 1,
    profile: Annotated[
        Path | None, typer.Option(help="模拟参数文件；不给则用随附的 || the profile; by default the shipped one")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="并行线程数，不影响结果 || threads; change no result")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="替换以前生成的数据 || replace the tables of an earlier run")
    ] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """生成一个虚构的参保地区：人、参保、就诊、明细 || draw a synthetic region: persons, spells, claims and lines"""
    _check_numpy()
    from tongchou.engines.synth import ProfileError

    check_persons(persons)
    check_out(out, force)
    pack = load(region)
    _check_year(pack, year)
    try:
        drawn_from = profile_of(pack, region, profile)
    except ProfileError as error:
        refuse(error.zh, error.en, UNREADABLE)
    with replacing(out) as folder:
        made, document = draw(pack, drawn_from, persons, year, seed, folder, jobs)
    _show(made, out)
    emit({"out": str(out), **document})


def draw(
    pack: Pack, profile: Profile, persons: int, year: int, seed: int, folder: Path, jobs: int | None = None
) -> tuple[Made, dict[str, Any]]:
    """Write the tables and `calibration.json` into `folder`: what was made, and the document of that file."""
    from tongchou.engines.synth import generate
    from tongchou.faces.cli.progress import progress

    with progress(say("生成", "drawing"), persons) as advance:
        threads = jobs or min(os.cpu_count() or 1, 4)
        made = generate(profile, persons, year, folder, seed=seed, jobs=threads, advance=advance)
    document = _document(pack, profile, persons, year, seed, made)
    text = json_.dumps(document, ensure_ascii=False, indent=2)
    (folder / CALIBRATION).write_text(text + "\n", encoding="utf-8")
    return made, document


def _check_numpy() -> None:
    try:
        import numpy  # noqa: F401 (asked only whether it is there)
    except ModuleNotFoundError:
        refuse(
            "生成数据要用 numpy：安装 tongchou 时选 fast（tongchou[fast]）",
            "drawing needs numpy: install tongchou with the extra 'fast' (tongchou[fast])",
        )


def check_persons(persons: int) -> None:
    from tongchou.engines.synth.region import MOST

    if not 1 <= persons <= MOST:
        refuse(f"--persons 是 1 到 {MOST:,}，给的是 {persons}", f"--persons is 1 to {MOST:,}, not {persons}")


def _check_year(pack: Pack, year: int) -> None:
    if not 1900 <= year <= 2200:
        refuse(f"--year 是公历年份，给的是 {year}", f"--year is a calendar year, not {year}")
    span = pack.region.supports
    first, last = date(year, 1, 1), date(year, 12, 31)
    if span is not None and (first < span.from_ or (span.through is not None and last > span.through)):
        days = f"{span.from_} — {span.through or '…'}"
        refuse(
            f"政策包只对 {days} 负责，{year} 年不全在内；换一年",
            f"the region answers for {days} and not for all of {year}; choose another year",
        )


def check_out(out: Path, force: bool) -> None:
    """End the run unless `out` is free: nothing but tables of an earlier run is replaced, and only when asked."""
    from tongchou.engines.synth.tables import NAMES

    if out.exists() and not out.is_dir():
        refuse(f"{out} 不是文件夹", f"{out} is not a folder")
    found = {entry.name for entry in out.iterdir()} if out.is_dir() else set()
    if found and not force:
        refuse(f"{out} 不是空的；加 --force 替换", f"{out} is not empty; --force replaces earlier tables")
    strange = found - {CALIBRATION, *(f"{name}.parquet" for name in NAMES)}
    if strange:
        names = "、".join(sorted(strange)[:5])
        refuse(f"{out} 里有别的东西：{names}", f"{out} holds other things: {names}")


def profile_of(pack: Pack, region: str, path: Path | None) -> Profile:
    from tongchou.engines.synth import load_profile, shipped_profile
    from tongchou.engines.synth.profile import check_words

    file = path or shipped_profile(find_region(region).resolve().name)
    if file is None:
        refuse(
            f"没有随附“{region}”的模拟参数；抄一份 ninghe.yaml 改成本区的词，用 --profile 给出",
            f"no profile is shipped for '{region}'; copy ninghe.yaml, put in the region's words, give --profile",
        )
    profile = load_profile(file)
    check_words(profile, pack)
    return profile


def _document(pack: Pack, profile: Profile, persons: int, year: int, seed: int, made: Made) -> dict[str, Any]:
    return {
        "region": pack.region.code,
        "profile": profile.title,
        "persons": persons,
        "year": year,
        "seed": seed,
        "synthetic": True,
        "rows": made.rows,
        "calibration": made.calibration,
    }


def _show(made: Made, out: Path) -> None:
    for name, rows in made.rows.items():
        tell(f"{name}: {rows:,}")
    headers = (
        say("校准项", "figure"),
        say("公布", "published"),
        say("目标", "target"),
        say("生成", "generated"),
        say("出处", "source"),
    )
    lang = language()
    rows = [
        [
            row[lang],
            row["published"] or "—",
            _number(row["target"], row["unit"]),
            _number(row["generated"], row["unit"]),
            row["source"][lang],
        ]
        for row in made.calibration
    ]
    show(headers, rows)
    tell(
        say(
            f"写在 {out}。数据是虚构的，不能当作任何地方的证据",
            f"written to {out}. The data are synthetic and evidence of nothing",
        )
    )


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "—"
    return f"{value * 100:.2f} %" if unit == "share" else f"{value:,.2f}"
