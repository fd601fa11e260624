from django.db import migrations

import tongchou.record.base.fields


class Migration(migrations.Migration):
    """Claim and trace are read whole and never searched: as text they are stored in half the time."""

    dependencies = [
        ("settlement", "0006_settlements_of_a_share"),
    ]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="claim",
            field=tongchou.record.base.fields.WrittenJSON(verbose_name="就诊与费用"),
        ),
        migrations.AlterField(
            model_name="event",
            name="trace",
            field=tongchou.record.base.fields.WrittenJSON(verbose_name="计算过程"),
        ),
    ]
