from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_vouchers"),
    ]

    operations = [
        # Planned while the books were empty, the trigger would read all postings for each entry from then on.
        migrations.RunSQL(
            "ALTER FUNCTION ledger_adds_up() SET enable_seqscan = off", "ALTER FUNCTION ledger_adds_up() RESET ALL"
        ),
    ]
