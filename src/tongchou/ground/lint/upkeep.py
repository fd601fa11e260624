"""What time and editing leave behind: reviews that are due, sources nobody cites, cases that are gone."""

from __future__ import annotations

from datetime import date

from tongchou.ground.lint.desk import Desk


def check_upkeep(desk: Desk, today: date | None) -> None:
    if today is not None:
        _check_reviews(desk, today)
    _check_sources(desk)
    _check_decisions(desk)
    for index in desk.pack.vocabulary.indices.values():
        for year, value in index.values.items():
            if value.cite is None or value.published is None:
                desk.report(value.place, "W308", address=f"indices.{index.name}.{year}")


def _check_reviews(desk: Desk, today: date) -> None:
    for key, source in desk.pack.sources.items():
        if source.review_by < today:
            place = desk.place(f"sources.yaml:{key}.review_by")
            desk.report(place, "W305", address=key, day=source.review_by)
    for fact in desk.pack.written:
        if fact.review_by is None or fact.review_by == desk.pack.sources[fact.source].review_by:
            continue
        if fact.review_by < today and desk.once("W305", fact.source, fact.cite, fact.review_by):
            desk.report(fact.place, "W305", address=f"{fact.source} {fact.cite}", day=fact.review_by)


def _check_sources(desk: Desk) -> None:
    used = {f.source for f in desk.pack.written} | {c.source for c in desk.pack.cases}
    for key, source in desk.pack.sources.items():
        place = desk.place(f"sources.yaml:{key}")
        if key not in used:
            desk.report(place, "W306", address=key)
        if source.evidence == "unverified":
            desk.report(place, "W307", address=key, title=source.title)


def _check_decisions(desk: Desk) -> None:
    cases = {entry.case.id for entry in desk.pack.cases}
    for key, decision in desk.pack.decisions.items():
        for case in decision.cases:
            if case not in cases:
                place = desk.place(f"decisions.yaml:decisions.{key}.cases")
                desk.report(place, "L271", address=key, case=case)
        if decision.cite is None:
            desk.report(desk.place(f"decisions.yaml:decisions.{key}"), "W308", address=key)


def check_acknowledgements(desk: Desk) -> None:
    """What was acknowledged but no longer found; to be asked last. Unreached cells are found after the cases ran."""
    for i, acknowledged in enumerate(desk.pack.acknowledged):
        place = desk.pack.places.get(f"acknowledged:{i}")
        if place is not None and i not in desk.used and acknowledged.finding != "W310":
            desk.report(place, "W304", address=acknowledged.at, finding=acknowledged.finding)
