"""Explain a claim that was settled in bulk: settle it again with its household, and only speak when nothing differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongchou.faces.cli.speak import FINDINGS, UNREADABLE, refuse

if TYPE_CHECKING:
    from tongchou.engines.benefits.explain import Explanation
    from tongchou.engines.benefits.from_tables import Intake
    from tongchou.engines.benefits.state import State
    from tongchou.engines.benefits.to_tables import Outcome
    from tongchou.ground.region.pack import Pack
    from tongchou.ground.tables import Tables

_SUMMARY = "summary.json"


def explain_stored(pack: Pack, settlements: Path, settlement_id: str, data: Path | None = None) -> Explanation:
    """The explanation of one row of the results that `tongchou settle` wrote into the folder `settlements`.

    `data` is the folder of the tables that were settled, or the lake; without it, the one that `summary.json` names as
    `data` (relative to the results). The household's claims up to this one are settled again under `pack`, which must
    be the one that settled them, after the results of earlier runs where the summary names some, and every field but
    the event number must come out as it is stored, in its lines and its trace too.

    Ends the run (`typer.Exit`): 2 for another pack or version of the semantics, or no data folder; 3 when the folder
    holds no results or not this one; 1 when something comes out differently. Raises `ProblemError` for tables that
    cannot be read, and for a claim that the tables at hand no longer allow to settle.
    """
    from tongchou.engines.benefits.explain import explain
    from tongchou.faces.cli.traces import stored_traces
    from tongchou.faces.python.again import NotAsStored, hold_to_stored

    summary = _summary(settlements)
    _check_version(summary, pack)
    folder = _data(summary, settlements, data)
    if summary.get("numbers"):
        return _explain_numbers(pack, summary, settlements, settlement_id, folder)
    stored = _rows(settlements, "settlements", settlement_id)
    if len(stored) != 1:
        refuse(
            f"{settlements} 的 settlements 中“{settlement_id}”有 {len(stored)} 行；未采用的就诊见 rejects",
            f"settlements in {settlements} has {len(stored)} rows '{settlement_id}'; a claim not used is in rejects",
            UNREADABLE,
        )
    outcome, _ = _settled_again(pack, summary, settlements, str(stored[0].get("claim_id")), folder)
    try:
        lines, traces = _rows(settlements, "line_results", settlement_id), stored_traces(settlements, settlement_id)
        hold_to_stored(outcome, pack.hash, stored[0], lines, traces)
    except NotAsStored as error:
        refuse(error.message("zh"), error.message("en"), FINDINGS)
    return explain(outcome.result, pack)


def _explain_numbers(
    pack: Pack, summary: dict[str, Any], settlements: Path, claim_id: str, folder: Path
) -> Explanation:
    """The same of what `--numbers` stored, where a claim is known by the number of its row in the data."""
    from tongchou.engines.benefits.explain import explain
    from tongchou.faces.cli.numbers import differing

    outcome, came = _settled_again(pack, summary, settlements, claim_id, folder)
    found = differing(settlements, outcome, pack, came)
    if found:
        told = "\n".join(f"  {one}" for one in found)
        refuse(
            f"“{claim_id}”重新结算与所存结果不符，不予说明（所存 ≠ 重算）：\n{told}",
            f"settled again, '{claim_id}' is not what is stored and is not explained (stored ≠ settled):\n{told}",
            FINDINGS,
        )
    assert outcome.result is not None
    return explain(outcome.result, pack)


def _settled_again(
    pack: Pack, summary: dict[str, Any], settlements: Path, claim_id: str, folder: Path
) -> tuple[Outcome, Tables]:
    """A claim of the data, settled after its household's earlier ones, and the rows of the household."""
    from tongchou.engines.benefits.engine import Engine
    from tongchou.engines.benefits.from_tables import Intake
    from tongchou.faces.cli.one_household import household_of
    from tongchou.faces.python.again import settle_again
    from tongchou.ground.errors import ProblemError

    try:
        tables = household_of(folder, claim_id)
        intake = Intake(tables, pack, summary.get("assumed") or {})
        outcome = settle_again(Engine(pack), intake, claim_id, _before(summary, pack, settlements, intake))
    except KeyError:
        refuse(f"{folder} 中没有可结算的“{claim_id}”", f"{folder} has no sound claim '{claim_id}'", FINDINGS)
    if outcome.result is None:
        raise ProblemError(*outcome.problems)
    return outcome, tables


def _summary(settlements: Path) -> dict[str, Any]:
    """What `tongchou settle` wrote about its run."""
    try:
        summary = json.loads((settlements / _SUMMARY).read_text("utf-8"))
    except (OSError, ValueError):
        summary = None
    if not isinstance(summary, dict) or "pack_hash" not in summary:
        refuse(
            f"{settlements} 里没有可读的 {_SUMMARY}，不是 tongchou settle 的结果",
            f"{settlements} has no readable {_SUMMARY}: these are no results of tongchou settle",
            UNREADABLE,
        )
    return summary


def _check_version(summary: dict[str, Any], pack: Pack) -> None:
    from tongchou.engines.benefits.engine import SEMANTICS

    if summary["pack_hash"] != pack.hash:
        refuse(
            f"结算所用的政策包是 {summary['pack_hash']}，给出的是 {pack.hash}；用结算时的政策包",
            f"the pack that settled is {summary['pack_hash']}, this one is {pack.hash}; give the one that settled",
        )
    if summary.get("semantics") != SEMANTICS:
        old = summary.get("semantics")
        refuse(
            f"结算所用的语义版本是 {old}，本程序是 {SEMANTICS}；用当时的版本",
            f"settled with semantics {old}, this program has {SEMANTICS}; use the version that settled",
        )


def _before(summary: dict[str, Any], pack: Pack, settlements: Path, intake: Intake) -> dict[str, State] | None:
    """What had been used up before the run, where it went on after another."""
    from tongchou.faces.cli.states import before_of, read_earlier

    after = summary.get("after")
    earlier = read_earlier(pack, settlements / str(after)) if after is not None else None
    return before_of(earlier, intake).states(intake)


def _data(summary: dict[str, Any], settlements: Path, data: Path | None) -> Path:
    if data is not None:
        return data
    recorded = summary.get("data")
    if not isinstance(recorded, str):
        refuse("写 --data：结算时所用各表的文件夹", "give --data: the folder of the tables that were settled")
    return settlements / recorded


def _rows(folder: Path, name: str, settlement_id: str) -> list[dict[str, Any]]:
    """The rows of one settlement in a table of results, as the file has them."""
    from tongchou.ground.tables import TABLES
    from tongchou.ground.tables.files import find, load

    path = find(folder, (name,))[name]
    if path.suffix == ".parquet":
        return _from_parquet(path, settlement_id)
    rows = load(TABLES[name], path).rows
    return [{**cells, "_row": number} for number, cells in rows if cells.get("settlement_id") == settlement_id]


def _from_parquet(path: Path, settlement_id: str) -> list[dict[str, Any]]:
    """Only the rows asked for: a year's results of a city are too many to look at one by one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tongchou.ground.errors import Place, fail
    from tongchou.ground.reasons import why

    try:
        found = pq.read_table(path, filters=[("settlement_id", "==", settlement_id)])
        rows: list[dict[str, Any]] = found.to_pylist()
    except (pa.ArrowException, ValueError) as error:
        raise fail("T102", Place(file=path.name), **why(error)) from None
    return rows
