import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import tongchou.record.base.periods
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enrolment", "0002_kept_apart_by_boxes"),
        ("orgs", "0001_organisations_and_users"),
        ("people", "0002_kept_apart_by_boxes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lapsed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("insurance", models.CharField(max_length=20, verbose_name="险种")),
                ("facts", models.JSONField(default=dict, verbose_name="事实")),
                ("suspended", models.BooleanField(default=False, verbose_name="暂停")),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="期间")),
                (
                    "employer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                        verbose_name="单位",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                        verbose_name="参保人",
                    ),
                ),
            ],
            options={
                "verbose_name": "因死亡终止的参保",
                "db_table": "enrolment_lapsed",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[(tongchou.record.base.periods.Box("person", "during", "insurance"), "&&")],
                        name="lapsed_once",
                    ),
                ],
            },
        ),
    ]
