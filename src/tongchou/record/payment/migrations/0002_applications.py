"""Applications for clearing come from `matching` with their table, and a declaration may be withdrawn."""

import django.db.models.deletion
from django.db import migrations, models

from tongchou.record.payment.guards import STEP_ORDER


class Migration(migrations.Migration):
    dependencies = [
        ("payment", "0001_months"),
        ("matching", "0003_applications_move"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Application",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("clearing", models.CharField(max_length=10, verbose_name="清算类别")),
                        ("month", models.DateField(verbose_name="清算年月")),
                        ("count", models.PositiveIntegerField(verbose_name="人次")),
                        ("total", models.BigIntegerField(verbose_name="总费用(分)")),
                        ("fund", models.BigIntegerField(verbose_name="基金申报(分)")),
                        ("account", models.BigIntegerField(verbose_name="账户支付(分)")),
                        ("cash", models.BigIntegerField(verbose_name="现金支付(分)")),
                        (
                            "state",
                            models.CharField(
                                choices=[("declared", "已申报"), ("withdrawn", "已撤销")],
                                default="declared",
                                max_length=9,
                                verbose_name="状态",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="申报时间")),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="变动时间")),
                        (
                            "institution",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="providers.institution",
                                verbose_name="医药机构",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "清算申请",
                        "db_table": "clearing_application",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "withdrawn"), _negated=True),
                                fields=("institution", "clearing", "month"),
                                name="applied_for_a_month_once",
                            )
                        ],
                    },
                ),
            ],
        ),
        migrations.RunSQL(STEP_ORDER, migrations.RunSQL.noop),
    ]
