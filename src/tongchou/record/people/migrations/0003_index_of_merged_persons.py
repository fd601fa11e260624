import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_kept_apart_by_boxes")]

    operations = [
        migrations.AlterField(
            "person",
            "merged_into",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="people.person",
                verbose_name="并入",
            ),
        ),
        migrations.AddIndex(
            "person",
            models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="merged_persons"
            ),
        ),
    ]
