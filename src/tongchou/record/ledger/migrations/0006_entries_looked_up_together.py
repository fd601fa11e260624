from django.db import migrations

from tongchou.record.ledger.guards import ADDS_UP


class Migration(migrations.Migration):
    """An entry and the postings it has are looked up by one statement."""

    dependencies = [
        ("ledger", "0005_providers_months"),
    ]

    operations = [migrations.RunSQL(ADDS_UP, migrations.RunSQL.noop)]
