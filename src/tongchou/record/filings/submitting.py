"""Submitting one filing, once whom it is about is known and locked: from a counter, a hospital, or a row of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tongchou.engines import filings as engine
from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.scope import current
from tongchou.record.filings import stored
from tongchou.record.filings.about import About
from tongchou.record.filings.keeping import attach, beside, keep, media_of, within_life
from tongchou.record.filings.models import Filing
from tongchou.record.filings.uploads import Upload
from tongchou.record.packs.queries import pack_in_force


def submit_for(
    whom: About,
    *,
    scheme: str,
    type: str,  # noqa: A002 (the field's name)
    names: Mapping[str, object],
    evidence: tuple[Upload, ...] = (),
    on_paper: Iterable[str] = (),
) -> Filing:
    """File something by the pack in force; `on_paper` are kinds of evidence that lie with whoever files. Raises what
    the engine refuses (F001–F012, F017), F101 while the same waits, F102 for the wrong one, F103–F108 for evidence,
    F110 for days after the person's death."""
    pack, today, papers = pack_in_force(), clock.today(), tuple(on_paper)
    of = engine.type_on(pack, scheme, type, today)
    if of.value.about != whom.kind:
        raise fail("F102", type=type, about="本人" if of.value.about == "person" else "单位")
    media = media_of(of, evidence)
    for kind in papers:
        if kind not in (of.value.evidence or ()):
            raise fail("F108", type=of.name, kind=kind, known="、".join(of.value.evidence or ()) or "-")
    step = engine.submit(
        pack,
        id="new",
        scheme=scheme,
        type=type,
        by=current().kind,
        on=today,
        names=names,
        evidence=[*(one.kind for one in evidence), *papers],
        others=beside(whom, scheme, type),
    )
    row = Filing(
        agency=whom.agency,
        person=whom.person,
        organisation=whom.organisation,
        by=current().kind,
        filed_at_id=actor().organisation,
        submitted_by=actor().user,
        pack=pack.hash,
        scheme=scheme,
        type=type,
    )
    keep(row, within_life(whom, step), "submit", f"纸质材料：{'、'.join(papers)}" if papers else "")
    if row.state == engine.APPROVED:
        stored.note(row, "approve", "当场办结")
    attach(row, evidence, media)
    return row
