"""Enrolment spells."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tongchou.record.base.periods import DateRangeField, apart_by_box
from tongchou.record.base.scope import Scoped
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Person


class Spell(Scoped):
    """That a person is enrolled in an insurance on some days: a scheme of the pack, or another insurance that the
    region names. A suspended stretch is a row of its own; there the person stays enrolled and nothing is entitled to.
    `facts` are what the region's rules ask of an enrolment, such as the base or 新生儿, as JSON holds them."""

    scope_by: ClassVar = {
        "agency": "person__agency__path",
        "employer": "employer_id",
        "person": "person_id",
    }

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="参保人", related_name="spells")
    insurance = models.CharField("险种", max_length=20)
    employer = models.ForeignKey(Organisation, models.PROTECT, null=True, verbose_name="单位", related_name="spells")
    facts = models.JSONField("事实", default=dict)
    suspended = models.BooleanField("暂停", default=False)
    during = DateRangeField("期间")

    class Meta:
        db_table = "enrolment_spell"
        verbose_name = "参保关系"
        constraints = (
            apart_by_box("one_spell_of_an_insurance_at_a_time", "person", "insurance"),
            models.CheckConstraint(
                name="spell_has_a_first_day", condition=Q(during__isempty=False, during__startswith__isnull=False)
            ),
        )

    def persons_of(self) -> list[int]:
        return [self.person_id]


class Lapsed(Scoped):
    """What a death took away of a spell. It goes back to the spells when the death turns out to be a mistake."""

    scope_by: ClassVar = Spell.scope_by

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="参保人", related_name="+")
    insurance = models.CharField("险种", max_length=20)
    employer = models.ForeignKey(Organisation, models.PROTECT, null=True, verbose_name="单位", related_name="+")
    facts = models.JSONField("事实", default=dict)
    suspended = models.BooleanField("暂停", default=False)
    during = DateRangeField("期间")

    class Meta:
        db_table = "enrolment_lapsed"
        verbose_name = "因死亡终止的参保"
        constraints = (apart_by_box("lapsed_once", "person", "insurance"),)

    def persons_of(self) -> list[int]:
        return [self.person_id]
