import django.contrib.postgres.constraints
import tongchou.record.base.periods
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0001_persons")]

    operations = [
        migrations.RemoveConstraint("membership", "one_household_at_a_time"),
        migrations.AddConstraint(
            "membership",
            django.contrib.postgres.constraints.ExclusionConstraint(
                name="one_household_at_a_time",
                expressions=[(tongchou.record.base.periods.Box("person", "during"), "&&")],
            ),
        ),
    ]
