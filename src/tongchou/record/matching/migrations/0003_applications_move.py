"""Applications for clearing are part of the institution's month (`payment`); their table stays as it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("matching", "0002_totals_and_applications")]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="Application")]),
    ]
