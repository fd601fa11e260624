import django.contrib.postgres.constraints
import tongchou.record.base.periods
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0001_spells")]

    operations = [
        migrations.RemoveConstraint("spell", "one_spell_of_an_insurance_at_a_time"),
        migrations.AddConstraint(
            "spell",
            django.contrib.postgres.constraints.ExclusionConstraint(
                name="one_spell_of_an_insurance_at_a_time",
                expressions=[(tongchou.record.base.periods.Box("person", "during", "insurance"), "&&")],
            ),
        ),
    ]
