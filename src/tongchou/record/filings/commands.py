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
from tongchou.record.base.scope import current, system
from tongchou.record.filings.about import about
from tongchou.record.filings.keeping import about_of, as_engine, attach, beside, keep, locked, media_of, within_life
from tongchou.record.filings.models import Filing
from tongchou.record.filings.submitting import submit_for
from tongchou.record.filings.uploads import Upload
from tongchou.record.packs.queries import pack_of
from tongchou.record.people.models import Person
from tongchou.record.people.queries import known_as


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
    on_paper: tuple[str, ...] = (),
) -> Filing:
    """File something about a person or an organisation; files of evidence come with it, all or nothing. `on_paper` are
    kinds of evidence that lie with whoever files.

    An agency names a person by number or certificate, an institution or employer by the certificate that lies before
    them; somebody insured files for themselves. Raises A114 for nobody in scope, F001–F012 as the engine does, F101
    where the same waits already, F102 where it is the other's to be filed about, F103–F108 for a file.
    """
    whom = about(person_id, certificate, organisation_id)
    lock(whom.key)
    return submit_for(whom, scheme=scheme, type=type, names=names, evidence=evidence, on_paper=on_paper)


@command("filings.decide", needs="filings.decide")
def decide(*, filing_id: int, approve: bool, reason: str) -> Filing:
    """Approve or refuse, by another than who submitted it (A112). Raises A114 for none in scope, F008–F013 as the
    engine does, F110 for days after the person's death."""
    row = locked(filing_id)
    me = actor().user
    if me is not None and me == row.submitted_by:
        raise fail("A112")
    others = beside(about_of(row), row.scheme, row.type)
    step = engine.decide(pack_of(row.pack), as_engine(row), approve=approve, on=clock.today(), others=others)
    row.decided_by = me
    return keep(row, within_life(about_of(row), step), "approve" if approve else "refuse", reason)


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


def end_for_death(one: Person, on: date) -> list[Filing]:
    """End all filings about somebody who died, whoever filed them: those that wait are closed, the others hold through
    the day of death and not beyond. Part of the command that records the death, which has locked the person."""
    everything = system("a death ends whatever was filed, wherever it was")
    ended = []
    for row in Filing.objects.within(everything).filter(person_id__in=known_as([one.pk])).order_by("id"):
        before = as_engine(row)
        step = engine.end(before, last=on)
        if step.filing != before:
            ended.append(keep(row, step, "end", f"死亡 {on}"))
    return ended
