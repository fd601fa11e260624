from django.db import migrations, models

_NAMED = """
ALTER TABLE month_deduction DISABLE TRIGGER USER;
ALTER TABLE month_deduction ADD COLUMN named varchar(40) NOT NULL DEFAULT '';
UPDATE month_deduction d SET named = c.number
FROM settlement_line l JOIN charge c ON c.id = l.charge_id WHERE l.id = d.line;
ALTER TABLE month_deduction DROP COLUMN line;
ALTER TABLE month_deduction RENAME COLUMN named TO line;
ALTER TABLE month_deduction ALTER COLUMN line DROP DEFAULT;
ALTER TABLE month_deduction ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    """A line is named as the hospital numbers it; until now by a number that nobody was shown, and that goes."""

    dependencies = [
        ("payment", "0002_applications"),
        ("settlement", "0010_keys_in_one_walk"),
    ]
    run_before = [("settlement", "0011_lines_without_a_number")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(_NAMED)],
            [
                migrations.AlterField(
                    "deduction", "line", models.CharField(blank=True, max_length=40, verbose_name="明细号")
                )
            ],
        ),
    ]
