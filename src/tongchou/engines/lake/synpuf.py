"""The public DE-SynPUF inpatient and beneficiary files as canonical tables.

DE-SynPUF is synthetic; what it says in dollars is taken as yuan one to one: a cent is a fen. What its reader decides:

- A row is one bill. `claim_id` is `CLM_ID-SEGMENT`; the segments of a claim share its `stay_id`.
- `total_fee` is what was paid for the stay by anyone: payment + deductible + coinsurance + blood deductible + primary
  payer. A blank deductible means none was charged (the file never writes 0 there) and is counted in the result; any
  other blank amount rejects the row. A negative payment is kept while the total is positive.
- The total is one line, item 住院费, class 甲, already split: all of it in scope.
- American hospitals have no level. Each gets one from its number: CRC-32 of `PRVDR_NUM` modulo 10 is 0 for the first
  level, 1 to 4 for the second, 5 to 9 for the third. It is arbitrary, stable, and the same in every file.
- Identifiers are unique across the samples of the public file, so they are kept as they are; a person who turns up in
  two samples is rejected the second time. A person without a beneficiary row has no birth date and sex 未知.
- Everyone is taken to be enrolled from `enrolled_from` on, for the file holds only people with cover.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tongchou.engines.lake.synpuf_rows import Bad, Row, check_width, codes_of, date_of, fen_of, read_rows, text_of
from tongchou.ground.dates import age_on
from tongchou.ground.errors import Place, Problem
from tongchou.ground.money import MAX_FEN
from tongchou.ground.tables import TableWriter, reject_row, write_table
from tongchou.ground.tables.values import shown

_BATCH = 20_000
_LONGEST, _OLDEST = 36600, 150  # days and years that the table of discharges holds
_DEDUCTIBLE = "NCH_BENE_IP_DDCTBL_AMT"
_AMOUNTS = (
    "CLM_PMT_AMT",
    _DEDUCTIBLE,
    "NCH_BENE_PTA_COINSRNC_LBLTY_AM",
    "NCH_BENE_BLOOD_DDCTBL_LBLTY_AM",
    "NCH_PRMRY_PYR_CLM_PD_AMT",
)
_DIAGNOSES = tuple(f"ICD9_DGNS_CD_{n}" for n in range(1, 11))
_PROCEDURES = tuple(f"ICD9_PRCDR_CD_{n}" for n in range(1, 7))
_STAY = ("DESYNPUF_ID", "CLM_ID", "SEGMENT", "PRVDR_NUM", "CLM_ADMSN_DT", "NCH_BENE_DSCHRG_DT", *_AMOUNTS)
_PERSON = ("DESYNPUF_ID", "BENE_BIRTH_DT", "BENE_DEATH_DT", "BENE_SEX_IDENT_CD")
_SEX = {"1": "男", "2": "女"}


@dataclass(frozen=True)
class Words:
    """The region's words for what DE-SynPUF does not say; `levels` from the lowest to the highest."""

    scheme: str = "resident"
    kind: str = "住院"
    levels: tuple[str, str, str] = ("一级", "二级", "三级")
    place: str = "统筹区内"
    item: str = "住院费"
    funds: Sequence[str] = ()


@dataclass
class _Import:
    words: Words
    persons: dict[str, Row] = field(default_factory=dict)
    sample_of: dict[str, str] = field(default_factory=dict)
    fallen: set[str] = field(default_factory=set)
    claims: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("rows", "claims", "rejected", "deductible_blank", "total_fee"), 0)
    )


def import_synpuf(
    inpatient: Path,
    beneficiaries: Path | None,
    out: Path,
    progress: Callable[[int], None] | None = None,
    *,
    words: Words | None = None,
    enrolled_from: date = date(2007, 1, 1),
) -> dict[str, int]:
    """Write persons, spells, claims, lines, discharges and rejects (Parquet) into `out`.

    Entitlements in full are written for each of `words.funds`.

    `inpatient` and `beneficiaries` are CSV files, gzipped when they end in `.gz`; other columns are ignored.
    `progress` receives the number of rows read so far, now and then. Returns counts; `rows` = `claims` + `rejected`;
    `persons`; `rejects` (of both files); `deductible_blank`; `total_fee` in fen of the claims written.

    Raises `ProblemError` when a file cannot be read or lacks a column; a bad row goes to `rejects` with its reason.
    """
    run = _Import(words or Words())
    if beneficiaries is not None:
        for number, row in read_rows(beneficiaries, _PERSON):
            _guard(run, "beneficiaries", number, row, _beneficiary)
    with ExitStack() as stack:
        names = ("claims", "lines", "discharges")
        writers = {name: stack.enter_context(TableWriter(out, name)) for name in names}
        batches: dict[str, list[Row]] = {name: [] for name in names}
        for number, row in read_rows(inpatient, _STAY):
            run.counts["rows"] += 1
            tables = _guard(run, "inpatient", number, row, _stay)
            for name in names if tables else ():
                batches[name].append(tables[name])
            if number % _BATCH == 0:
                _flush(writers, batches)
                if progress:
                    progress(number)
        _flush(writers, batches)
    _write_people(run, out, enrolled_from)
    write_table(out, "rejects", [reject_row(problem) for problem in run.problems])
    if progress:
        progress(run.counts["rows"])
    run.counts["claims"] = len(run.claims)
    run.counts["rejected"] = run.counts["rows"] - len(run.claims)
    return {**run.counts, "persons": len(run.persons), "rejects": len(run.problems)}


def level_of(provider: str, levels: tuple[str, str, str] = Words.levels) -> str:
    """The level given to a hospital: CRC-32 of its number modulo 10, 0 lowest, 1–4 middle, 5–9 highest."""
    rest = zlib.crc32(provider.encode()) % 10
    return levels[0 if rest == 0 else 1 if rest < 5 else 2]


def _flush(writers: dict[str, TableWriter], batches: dict[str, list[Row]]) -> None:
    for name, rows in batches.items():
        writers[name].write(rows)
        rows.clear()


def _guard(run: _Import, file: str, number: int, row: Row, read: Callable[[_Import, int, Row], Any]) -> Any:
    """What `read` makes of the row; `None`, and a problem written down, when the row is bad."""
    try:
        check_width(row)
        return read(run, number, row)
    except Bad as bad:
        place = Place(table=file, row=number, column=bad.column or None)
        run.problems.append(Problem(bad.code, place, bad.details))
        return None


def _beneficiary(run: _Import, number: int, row: Row) -> None:
    person = text_of(row, "DESYNPUF_ID")
    if person in run.persons:
        raise Bad("DESYNPUF_ID", "T173", row=run.persons[person]["_row"], value=person)
    try:
        birth, death = date_of(row, "BENE_BIRTH_DT"), date_of(row, "BENE_DEATH_DT") if row["BENE_DEATH_DT"] else None
        if death and death < birth:
            details = {"later": "BENE_DEATH_DT", "value": death, "earlier": "BENE_BIRTH_DT", "start": birth}
            raise Bad("BENE_DEATH_DT", "T145", **details)
        sex = _SEX.get(row["BENE_SEX_IDENT_CD"])
        if sex is None:
            raise Bad("BENE_SEX_IDENT_CD", "T123", value=shown(row["BENE_SEX_IDENT_CD"]), known="1、2")
    except Bad:
        run.fallen.add(person)
        raise
    run.persons[person] = {"person_id": person, "birth_date": birth, "died_on": death, "sex": sex, "_row": number}


def _stay(run: _Import, number: int, row: Row) -> dict[str, Row]:
    """The claim, the line and the discharge of one bill."""
    person, provider = text_of(row, "DESYNPUF_ID"), text_of(row, "PRVDR_NUM")
    stay, segment = text_of(row, "CLM_ID"), text_of(row, "SEGMENT")
    claim_id = f"{stay}-{segment}"
    if claim_id in run.claims:
        raise Bad("CLM_ID", "T173", row=run.claims[claim_id], value=claim_id)
    if person in run.fallen:
        raise Bad("DESYNPUF_ID", "T143", table="beneficiaries", value=person)
    admitted, discharged = date_of(row, "CLM_ADMSN_DT"), date_of(row, "NCH_BENE_DSCHRG_DT")
    if discharged < admitted:
        details = {"later": "NCH_BENE_DSCHRG_DT", "value": discharged, "earlier": "CLM_ADMSN_DT", "start": admitted}
        raise Bad("NCH_BENE_DSCHRG_DT", "T145", **details)
    total = sum(fen_of(row, name) for name in _AMOUNTS if row[name] or name != _DEDUCTIBLE)
    if total <= 0:
        raise Bad("CLM_PMT_AMT", "T171", value=total)
    if total > MAX_FEN:
        raise Bad("CLM_PMT_AMT", "T132", value=total)
    days = (discharged - admitted).days
    if days > _LONGEST:
        raise Bad("NCH_BENE_DSCHRG_DT", "T133", value=days, low=0, high=_LONGEST)
    age = _age(run, person, admitted)
    sample = row.get("SAMPLE", "")
    if run.sample_of.setdefault(person, sample) != sample:
        raise Bad("SAMPLE", "T172", other=run.sample_of[person], value=shown(sample))
    principal, *others = codes_of(row, _DIAGNOSES)
    procedures = [code for code in codes_of(row, _PROCEDURES) if code]
    known = run.persons.setdefault(person, {"person_id": person, "sex": "未知"})
    run.claims[claim_id] = number
    run.counts["deductible_blank"] += not row[_DEDUCTIBLE]
    run.counts["total_fee"] += total
    shared = {
        "claim_id": claim_id,
        "person_id": person,
        "provider_id": provider,
        "admitted_on": admitted,
        "discharged_on": discharged,
        "total_fee": total,
    }
    words = run.words
    claim = {
        **shared,
        "scheme": words.scheme,
        "kind": words.kind,
        "level": level_of(provider, words.levels),
        "place": words.place,
        "stay_id": stay,
    }
    line = {
        "line_id": f"{claim_id}-1",
        "claim_id": claim_id,
        "item": words.item,
        "class": "甲",
        "amount": total,
        "fulamt_ownpay_amt": 0,
        "overlmt_amt": 0,
        "preselfpay_amt": 0,
        "inscp_scp_amt": total,
    }
    discharge = {
        **shared,
        "discharge_id": claim_id,
        "age": age,
        "sex": known["sex"],
        "principal_diagnosis": principal,
        "other_diagnoses": [code for code in others if code],
        "procedures": procedures,
        "days": days,
    }
    return {"claims": claim, "lines": line, "discharges": discharge}


def _age(run: _Import, person: str, admitted: date) -> int | None:
    birth = run.persons.get(person, {}).get("birth_date")
    if birth is None:
        return None
    if admitted < birth:
        details = {"later": "CLM_ADMSN_DT", "value": admitted, "earlier": "BENE_BIRTH_DT", "start": birth}
        raise Bad("CLM_ADMSN_DT", "T145", **details)
    age = age_on(birth, admitted)
    if age > _OLDEST:
        raise Bad("CLM_ADMSN_DT", "T133", value=age, low=0, high=_OLDEST)
    return age


def _write_people(run: _Import, out: Path, enrolled_from: date) -> None:
    scheme = run.words.scheme
    write_table(out, "persons", run.persons.values())
    spell = {"scheme": scheme, "from_date": enrolled_from}
    write_table(out, "spells", ({**spell, "spell_id": person, "person_id": person} for person in run.persons))
    if run.words.funds:
        cover = {"scheme": scheme, "from_date": enrolled_from, "level": "full"}
        rows = ({**cover, "person_id": person, "fund": fund} for person in run.persons for fund in run.words.funds)
        write_table(out, "entitlements", rows)
