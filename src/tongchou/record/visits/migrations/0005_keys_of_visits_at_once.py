import django.db.models.deletion
from django.db import migrations, models

from tongchou.record.visits.guards import VISITED


class Migration(migrations.Migration):
    """The keys of visits are looked up for all rows of a statement. Whose a visit is and where it was begins an index
    of two columns each; another of the one alone is not needed."""

    dependencies = [
        ("people", "0003_index_of_merged_persons"),
        ("providers", "0003_department_details"),
        ("settlement", "0010_keys_in_one_walk"),  # whom a visit names never goes
        ("visits", "0004_keys_at_once"),
    ]

    operations = [
        migrations.AlterField(
            model_name="visit",
            name="institution",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="providers.institution",
                verbose_name="医药机构",
            ),
        ),
        migrations.AlterField(
            model_name="visit",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="people.person",
                verbose_name="参保人",
            ),
        ),
        *(migrations.RunSQL(up, down) for up, down in VISITED),
    ]
