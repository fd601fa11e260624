from django.db import migrations, models

_BY_EVENT_AND_CHARGE = """
ALTER TABLE settlement_line DROP COLUMN id;
ALTER TABLE settlement_line DROP CONSTRAINT line_once_in_a_settlement;
ALTER TABLE settlement_line ADD CONSTRAINT line_once_in_a_settlement PRIMARY KEY (event_id, charge_id);
"""


class Migration(migrations.Migration):
    """A line is known by its settlement and its charge. Lines are most of what a record holds: a number of their own
    and its index took a thirtieth of the time in which a year is posted."""

    dependencies = [
        ("settlement", "0010_keys_in_one_walk"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(_BY_EVENT_AND_CHARGE)],
            [
                migrations.RemoveConstraint("lineresult", "line_once_in_a_settlement"),
                migrations.RemoveField("lineresult", "id"),
                migrations.AddField(
                    "lineresult",
                    "pk",
                    models.CompositePrimaryKey(
                        "event_id", "charge_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
        ),
    ]
