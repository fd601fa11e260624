"""The plain Django transaction that a settlement is measured against: what any such system has to do, and no rules.

A row lock on what the person used up this year, the settlement, its lines in one statement, four postings, one commit.
"""

from __future__ import annotations

from django.db import connections, models, transaction

CAP = 50_000_00


class Used(models.Model):
    person = models.BigIntegerField()
    year = models.IntegerField()
    fen = models.BigIntegerField(default=0)

    class Meta:
        app_label = "bare"
        constraints = (models.UniqueConstraint(name="bare_used_once_a_year", fields=["person", "year"]),)


class Settlement(models.Model):
    person = models.BigIntegerField(db_index=True)
    msgid = models.CharField(max_length=60, unique=True)
    total = models.BigIntegerField()
    paid = models.BigIntegerField()

    class Meta:
        app_label = "bare"


class Line(models.Model):
    settlement = models.ForeignKey(Settlement, models.PROTECT)
    number = models.IntegerField()
    fen = models.BigIntegerField()

    class Meta:
        app_label = "bare"


class Posting(models.Model):
    settlement = models.ForeignKey(Settlement, models.PROTECT)
    account = models.CharField(max_length=20)
    fen = models.BigIntegerField()

    class Meta:
        app_label = "bare"


def make_tables() -> None:
    """The owner makes them, the service may use them."""
    with connections["owner"].schema_editor() as editor:
        for model in (Used, Settlement, Line, Posting):
            editor.create_model(model)
    with connections["owner"].cursor() as cursor:
        cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC")
        cursor.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO PUBLIC")


def settle(person: int, msgid: str, lines: list[int]) -> None:
    """Pay what is asked up to the cap of the year, in fen."""
    with transaction.atomic(durable=True):
        Used.objects.get_or_create(person=person, year=2025)
        used = Used.objects.select_for_update().get(person=person, year=2025)
        total = sum(lines)
        paid = min(total, CAP - used.fen)
        made = Settlement.objects.create(person=person, msgid=msgid, total=total, paid=paid)
        Line.objects.bulk_create(Line(settlement=made, number=i, fen=fen) for i, fen in enumerate(lines))
        legs = {"benefit": paid, "payable": -paid, "cash": total - paid, "charged": paid - total}
        Posting.objects.bulk_create(Posting(settlement=made, account=name, fen=fen) for name, fen in legs.items())
        used.fen += paid
        used.save(update_fields=["fen"])
