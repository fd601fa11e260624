"""`tongchou explain`: settle one claim; say what became of every fen, under which article, and what did not apply."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tongchou.faces.cli.speak import FINDINGS, OK, Json, Lang, as_json, emit, finish, language, refuse, say, tell
from tongchou.faces.cli.stored import explain_stored
from tongchou.faces.cli.where import Region, load

if TYPE_CHECKING:
    from tongchou.engines.benefits.explain import Explanation
    from tongchou.ground.region.headers import Case
    from tongchou.ground.region.pack import Pack


def explain(
    region: Region,
    claim: Annotated[
        Path | None, typer.Option(help="一次就诊，写法同算例（YAML 或 JSON） || one claim, written as a case")
    ] = None,
    case: Annotated[
        str | None, typer.Option(help="算例编号：文件里的，或政策包里的 || id of a case, of the file or the region")
    ] = None,
    settlements: Annotated[
        Path | None,
        typer.Option(help="settle 的结果文件夹；重新结算，相符才说明 || results of settle; explained only if equal"),
    ] = None,
    id: Annotated[str | None, typer.Option(help="其中的结算编号 || id of a settlement in them")] = None,  # noqa: A002 (the option's name)
    data: Annotated[
        Path | None, typer.Option(help="当时所结算的文件夹或数据湖 || folder or lake that was settled")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="另写一页 HTML || also write a page of HTML")] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """逐分说明一次结算 || explain one claim to the fen"""
    import json as json_

    from tongchou.engines.benefits.explain import to_html, to_json, to_text

    stored = settlements is not None and id is not None
    if not stored and claim is None and case is None:
        refuse(
            "写 --claim 文件，或 --case 编号，或 --settlements 文件夹和 --id 编号",
            "give --claim FILE, or --case ID, or --settlements DIR with --id ID",
        )
    pack = load(region)
    if settlements is not None and id is not None:
        told = explain_stored(pack, settlements, id, data)
    else:
        told = explain_case(pack, case_of_file(claim, case) if claim is not None else case_of_pack(pack, str(case)))
    spoken = "en" if language() == "en" else "zh"
    if html is not None:
        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(to_html(told, spoken), encoding="utf-8")
    code = FINDINGS if told.outcome == "refused" else OK
    tell(to_text(told, spoken))
    if html is not None:
        tell(say(f"网页写在 {html}", f"the page is {html}"))
    if as_json():
        emit({"explanation": json_.loads(to_json(told)), "html": str(html) if html else None}, code)
    finish(code)


def case_of_pack(pack: Pack, name: str) -> Case:
    """A worked example of the region by its id."""
    found = {entry.case.id: entry.case for entry in pack.cases}
    if name not in found:
        refuse(f"政策包里没有算例“{name}”", f"the region has no case '{name}'")
    return found[name]


def case_of_file(path: Path, name: str | None) -> Case:
    """The case a file holds, or the one of that id in a file of cases. Raises `ProblemError` for a bad file."""
    from tongchou.ground.errors import ProblemError
    from tongchou.ground.region.headers import Case
    from tongchou.ground.region.text import read_document
    from tongchou.ground.region.validate import validate

    document = read_document(path, str(path))
    data = document.data
    if isinstance(data, dict) and isinstance(data.get("cases"), list):
        chosen = [one for one in data["cases"] if isinstance(one, dict) and name in (None, one.get("id"))]
        if len(chosen) != 1 and not document.problems:
            refuse("用 --case 写明文件里的一个编号", "name one case of the file with --case")
        data = chosen[0] if chosen else {}
    found = None
    if not document.problems:
        plain = data if isinstance(data, dict) else {}
        found = validate(Case, {"id": path.stem, "title": path.stem, **plain}, document)
    if found is None:
        raise ProblemError(*document.problems)
    return found


def explain_case(pack: Pack, case: Case) -> Explanation:
    """Settle a case after its history and explain the result. Raises `ProblemError` when it cannot be built."""
    from tongchou.engines.benefits.case_claims import build_claim, case_facts, opening_state
    from tongchou.engines.benefits.engine import Engine
    from tongchou.engines.benefits.explain import explain as explanation_of
    from tongchou.engines.benefits.explain import explain_grant
    from tongchou.engines.benefits.facts import Facts
    from tongchou.engines.benefits.grants import compute_grant, grants_in_force
    from tongchou.engines.benefits.history import History
    from tongchou.ground.errors import fail

    engine = Engine(pack)
    if case.scheme not in pack.region.schemes:
        raise fail("C007", scheme=case.scheme, known="、".join(pack.region.schemes))
    if case.assess is not None or case.cover is not None or case.filing is not None:
        raise fail("C048", case=case.id)
    if case.grant is not None:
        given = case_facts(pack, {**case.person, **case.claim})
        day = engine.basis_date(given)
        facts = Facts(pack, {**given, "scheme": case.scheme}, str(pack.year.label_of(day)), day)
        for declared in grants_in_force(case.scheme, engine.in_force(given)):
            if declared.name == case.grant:
                return explain_grant(declared, facts, compute_grant(declared, facts).amount)
        raise fail("C029", scheme=case.scheme, name=case.grant)
    history = History(engine, opening_state(pack, case))
    for earlier in case.history:
        if earlier.reverses is not None:
            history.reverse(earlier.reverses)
        else:
            history.settle(build_claim(pack, case, earlier))
    return explanation_of(history.settle(build_claim(pack, case, None)), pack)
