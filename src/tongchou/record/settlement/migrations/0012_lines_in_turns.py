from django.db import migrations, models

from tongchou.record.settlement.guards import LINE_IS_THERE, LOOKING
from tongchou.record.visits.guards import NOT_BOTH

_TURNS = """
ALTER TABLE settlement_line ADD COLUMN turn smallint NOT NULL DEFAULT 1;
ALTER TABLE settlement_line ALTER turn DROP DEFAULT;
ALTER TABLE settlement_line DISABLE TRIGGER USER;
UPDATE settlement_line l SET turn = t.turn FROM (
    SELECT event_id, charge_id, row_number() OVER (PARTITION BY charge_id ORDER BY event_id) AS turn
    FROM settlement_line
) t WHERE t.turn > 1 AND (t.event_id, t.charge_id) = (l.event_id, l.charge_id);
ALTER TABLE settlement_line ENABLE TRIGGER USER;
ALTER TABLE settlement_line DROP CONSTRAINT line_once_in_a_settlement;
ALTER TABLE settlement_line ADD CONSTRAINT line_settled_in_turn PRIMARY KEY (charge_id, turn);
DROP TABLE settlement_live;
DROP FUNCTION settled_now_is_a_line();
"""


class Migration(migrations.Migration):
    """A line is known by its charge and by how often that was settled: one index holds that it is not settled twice,
    and by it lines are found. A table of what is settled now, and an index by settlement, took a tenth of the time in
    which a year is posted."""

    dependencies = [
        ("settlement", "0011_lines_without_a_number"),
        ("visits", "0005_keys_of_visits_at_once"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(_TURNS)],
            [
                migrations.DeleteModel("Live"),
                migrations.RemoveField("lineresult", "pk"),
                migrations.AddField(
                    "lineresult", "turn", models.SmallIntegerField(verbose_name="第几次结算"), preserve_default=False
                ),
                migrations.AddField(
                    "lineresult",
                    "pk",
                    models.CompositePrimaryKey(
                        "charge_id", "turn", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
        ),
        *(migrations.RunSQL(one) for one in (LINE_IS_THERE, NOT_BOTH, LOOKING)),
    ]
