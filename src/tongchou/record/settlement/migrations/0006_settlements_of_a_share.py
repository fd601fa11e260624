from django.db import migrations, models

_COUNTED = """
ALTER TABLE settlement_batch_share DISABLE TRIGGER USER;
UPDATE settlement_batch_share SET settlements = last - first + 1;
ALTER TABLE settlement_batch_share ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("settlement", "0005_keys_at_once"),
    ]

    operations = [
        # Until now all were posted in shares of two thousand.
        migrations.AddField(
            "batch",
            "at_once",
            models.PositiveIntegerField(verbose_name="每份结算数", default=2_000),
            preserve_default=False,
        ),
        migrations.AddField("batchshare", "settlements", models.BigIntegerField(verbose_name="结算数", null=True)),
        # Until now nobody settled while a batch was posted, or its share was refused.
        migrations.RunSQL(_COUNTED, migrations.RunSQL.noop),
        migrations.AlterField("batchshare", "settlements", models.BigIntegerField(verbose_name="结算数")),
    ]
