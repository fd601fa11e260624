"""`tongchou import`: outside data as canonical tables."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from tongchou.faces.cli.speak import UNREADABLE, Json, Lang, emit, guarded, refuse, say, tell

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="引入外部数据 || import outside data")


@app.command("synpuf")
@guarded
def synpuf(
    inpatient: Annotated[Path, typer.Option(help="DE-SynPUF 住院文件（.csv 或 .csv.gz） || inpatient claims")],
    beneficiaries: Annotated[Path, typer.Option(help="DE-SynPUF 受益人文件 || beneficiary summary")],
    out: Annotated[Path, typer.Option(help="写到此文件夹 || folder to write to")],
    scheme: Annotated[str, typer.Option(help="险种 || scheme")] = "resident",
    kind: Annotated[str, typer.Option(help="就诊类别 || kind of visit")] = "住院",
    place: Annotated[str, typer.Option(help="就医地类别 || place of care")] = "统筹区内",
    item: Annotated[str, typer.Option(help="项目组 || item group")] = "住院费",
    levels: Annotated[
        str, typer.Option(help="机构等级，由低到高 || levels of hospitals, lowest first")
    ] = "一级,二级,三级",
    fund: Annotated[
        list[str] | None, typer.Option(help="写全额待遇享受期的基金，可重复 || fund to entitle in full; repeatable")
    ] = None,
    enrolled_from: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="参保起始日 || first day of enrolment")
    ] = datetime(2007, 1, 1),  # noqa: DTZ001 (a local day, not a moment)
    lang: Lang = None,
    json: Json = False,
) -> None:
    """DE-SynPUF 住院和受益人文件 → 标准表 || DE-SynPUF inpatient and beneficiary files to canonical tables"""
    from tongchou.engines.lake.synpuf import Words, import_synpuf
    from tongchou.faces.cli.progress import progress

    words = [word.strip() for word in levels.split(",")]
    if len(words) != 3:
        refuse("--levels 要三个词，用逗号隔开", "--levels takes three words with commas between them")
    region_words = Words(
        scheme=scheme,
        kind=kind,
        levels=(words[0], words[1], words[2]),
        place=place,
        item=item,
        funds=tuple(fund or ()),
    )
    with progress(say("读入", "reading"), None) as advance:
        counts = import_synpuf(
            inpatient, beneficiaries, out, advance, words=region_words, enrolled_from=enrolled_from.date()
        )
    if counts["rows"] != counts["claims"] + counts["rejected"]:
        refuse("行数不平", "the rows do not add up", UNREADABLE)
    emit({"out": str(out), "counts": counts})
    tell(
        say(
            f"读入 {counts['rows']} 行 = 住院 {counts['claims']} + 未采用 {counts['rejected']}；"
            f"参保人 {counts['persons']}；写在 {out}",
            f"{counts['rows']} rows = {counts['claims']} stays + {counts['rejected']} rejected; "
            f"{counts['persons']} persons; written to {out}",
        )
    )
