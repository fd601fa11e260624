"""Commands on filings: submit, decide, withdraw, add evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tongchou.engines import filings as engine
from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import current
from tongchou.record.filings import stored
from tongchou.record.filings.about import about
from tongchou.record.filings.keeping import about_of, as_engine, attach, beside, keep, locked, media_of
from tongchou.record.filings.models import Filing
from tongchou.record.filings.uploads import Upload
from tongchou.record.packs.queries import pack_in_force, pack_of


@command("filings.submit", needs="filings.submit")
def submit(
    *,
    scheme: str,
    type: str,  # noqa: A002 (the field's name)
    names: Mapping[str, object],
    person_id: int | None = None,
    certificate: tuple[str, str] | None = None,
    organisation_id: int | None = None,
    evidence: tuple[Upload, ...] = (),
) -> Filing:
    """File something about a person or an organisation; files of evidence come with it, all or nothing.

    An agency names a person by number or certificate, an institution or employer by the certificate that lies before
    them; somebody insured files for themselves. Raises A114 for nobody in scope, F001–F012 as the engine does, F101
    where the same waits already, F102 where it is the other's to be filed about, F103–F108 for a file.
    """
    whom = about(person_id, certificate, organisation_id)
    lock(whom.key)
    pack, today, side = pack_in_force(), clock.today(), current().kind
    of = engine.type_on(pack, scheme, type, today)
    if of.value.about != whom.kind:
        raise fail("F102", type=type, about="本人" if of.value.about == "person" else "单位")
    media = media_of(of, evidence)
    step = engine.submit(
        pack,
        id="new",
        scheme=scheme,
        type=type,
        by=side,
        on=today,
        names=names,
        evidence=[one.kind for one in evidence],
        others=beside(whom, scheme, type),
    )
    row = Filing(
        agency=whom.agency,
        person=whom.person,
        organisation=whom.organisation,
        by=side,
        filed_at_id=actor().organisation,
        submitted_by=actor().user,
        pack=pack.hash,
        scheme=scheme,
        type=type,
    )
    keep(row, step, "submit")
    if row.state == engine.APPROVED:
        stored.note(row, "approve", "当场办结")
    attach(row, evidence, media)
    return row


@command("filings.decide", needs="filings.decide")
def decide(*, filing_id: int, approve: bool, reason: str) -> Filing:
    """Approve or refuse, by another than who submitted it (A112). Raises A114 for none in scope, F008–F013 as the
    engine does."""
    row = locked(filing_id)
    me = actor().user
    if me is not None and me == row.submitted_by:
        raise fail("A112")
    others = beside(about_of(row), row.scheme, row.type)
    step = engine.decide(pack_of(row.pack), as_engine(row), approve=approve, on=clock.today(), others=others)
    row.decided_by = me
    return keep(row, step, "approve" if approve else "refuse", reason)


@command("filings.withdraw", needs="filings.submit")
def withdraw(*, filing_id: int, reason: str, since: date | None = None) -> Filing:
    """Withdraw, from a day on or today; only a side that files this type may (F005). Raises A114 for none in scope,
    F012, F013, F015 as the engine does."""
    row = locked(filing_id)
    pack = pack_of(row.pack)
    engine.check_filer(engine.type_on(pack, row.scheme, row.type, row.filed_on), current().kind)
    return keep(row, engine.withdraw(pack, as_engine(row), on=clock.today(), since=since), "withdraw", reason)


@command("filings.add_evidence", needs="filings.submit")
def add_evidence(*, filing_id: int, evidence: tuple[Upload, ...]) -> Filing:
    """Bring more files while a filing waits for its decision (F013 afterwards). Raises F103–F108 for a file."""
    row = locked(filing_id)
    if row.state != engine.SUBMITTED:
        raise fail("F013", state=row.get_state_display(), action="补交材料")
    of = engine.type_on(pack_of(row.pack), row.scheme, row.type, row.filed_on)
    attach(row, evidence, media_of(of, evidence, already=row.evidence.count()))
    return row
