from django.db import migrations

from tongchou.record.settlement.migrations._lines_before_turns import LINE_IS_THERE, NOT_BOTH, NOW_IS_A_LINE


class Migration(migrations.Migration):
    """The keys of a statement's lines are looked up as one array. Of an event the claim is put away when it is long;
    what else there is stays in its row, which was compressed bit by bit to fit into two thousand bytes."""

    dependencies = [
        ("settlement", "0009_texts_as_they_are"),
        ("visits", "0004_keys_at_once"),
    ]

    operations = [
        *(migrations.RunSQL(one, migrations.RunSQL.noop) for one in (LINE_IS_THERE, NOW_IS_A_LINE, NOT_BOTH)),
        migrations.RunSQL(
            "ALTER TABLE settlement_event SET (toast_tuple_target = 4096)",
            "ALTER TABLE settlement_event RESET (toast_tuple_target)",
        ),
    ]
