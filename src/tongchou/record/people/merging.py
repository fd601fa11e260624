"""Two rows that are one person: a case that one opens and another decides."""

from __future__ import annotations

from django.apps import apps
from django.db import IntegrityError, models, transaction

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base.actor import actor
from tongchou.record.base.immutable import Immutable
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import Scoped, system
from tongchou.record.orgs.models import User
from tongchou.record.people.commands import no_longer_provisional
from tongchou.record.people.dying import died
from tongchou.record.people.models import Membership, Merge, MergeCase, Person
from tongchou.record.people.queries import person

_STAYS = (MergeCase, Merge)


@command("people.open_merge", needs="people.write")
def open_merge(*, keep: int, drop: int, reason: str) -> MergeCase:
    """Say that two rows may be one person. Raises P112 when they are one row, or a case is open."""
    lock(("person", keep), ("person", drop))
    kept, dropped = person(keep), person(drop)
    if kept == dropped or MergeCase.objects.filter(keep=kept, drop=dropped, state="open").exists():
        raise fail("P112")
    return MergeCase.objects.create(keep=kept, drop=dropped, why=reason, opened_by=actor().user)


@command("people.decide_merge", needs="people.merge")
def decide_merge(*, case_id: int, same: bool, reason: str) -> MergeCase:
    """Decide a case: everything of the dropped row moves to the kept one, which it leads to from then on.

    Raises P113 when it is decided already, A112 for whoever opened it, P114 where both rows have the same thing at the
    same time, which must be put right first.
    """
    case = MergeCase.objects.filter(id=case_id).first()
    if case is None:
        raise fail("A114")
    lock(("person", case.keep_id), ("person", case.drop_id))
    case.refresh_from_db()
    if case.state != "open":
        raise fail("P113")
    if case.opened_by is not None and case.opened_by == actor().user:
        raise fail("A112")
    case.state, case.decided_by, case.opinion = "merged" if same else "refused", actor().user, reason
    case.save()
    if same:
        Merge.objects.create(case=case, moved=_move(case.keep, case.drop, reason))
    return case


def _move(kept: Person, dropped: Person, reason: str) -> dict[str, list[int]]:
    """Point every row about the dropped person to the kept one; table → numbers of what moved. The dropped row's
    households give way, and what they were is kept under `gave way`: household, first day, last day excluded."""
    memberships = Membership.objects.filter(person=dropped)
    gone = [[one.household_id, str(one.during.lower), str(one.during.upper)] for one in memberships]
    moved: dict[str, list] = {"gave way": gone}
    memberships.delete()
    everything = system("a merge moves all there is, such as the account with which the person signs in")
    for model, field in _about_persons():
        rows = model.objects.within(everything).filter(**{field: dropped.pk})
        numbers = list(rows.values_list("pk", flat=True))
        if numbers:
            try:
                with transaction.atomic():
                    rows.update(**{field: kept.pk})
            except IntegrityError as error:
                raise fail("P114", what=model._meta.verbose_name) from error
            moved.setdefault(model._meta.db_table, []).extend(numbers)
    dropped.merged_into = kept
    dropped.save()
    no_longer_provisional(kept)
    if kept.died is None and dropped.died is not None:
        kept.died = dropped.died
        kept.save()
    if kept.died is not None:
        died.send(Person, person=kept, reason=reason)  # what moved goes no further than that day either
    return moved


def _about_persons() -> list[tuple[type[models.Model], str]]:
    """Every model with a person in it, by the name of its field; rows that are written once keep whom they name."""
    found = [
        (model, field.name)
        for model in apps.get_models()
        if model not in _STAYS and issubclass(model, Scoped) and not issubclass(model, Immutable)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model is Person and model is not Person
    ]
    return [*found, (User, "person")]  # users stand below persons, so theirs is a plain number
