import django.db.models.deletion
from django.db import migrations, models


def register(apps, schema_editor):
    """Accounts of claims go into the register of payees' accounts, where another confirms them."""
    account = apps.get_model("disbursement", "PayeeAccount")
    claims = apps.get_model("manual", "ManualClaim").objects.using(schema_editor.connection.alias)
    for claim in claims.select_related("payee").order_by("id"):
        number = "".join(claim.account.split())
        claim.paid_into = account.objects.using(schema_editor.connection.alias).create(
            agency_id=claim.payee.agency_id,
            person=claim.payee_id,
            holder=claim.payee.name,
            bank=claim.bank,
            number=number,
            tail=number[-4:],
            registered_at=claim.at,
        )
        claim.save(update_fields=["paid_into"])
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or the table could not be altered any more


class Migration(migrations.Migration):
    dependencies = [
        ("disbursement", "0001_payment_orders"),
        ("manual", "0001_manual_claims"),
    ]

    operations = [
        migrations.AddField(
            model_name="manualclaim",
            name="paid_into",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="disbursement.payeeaccount",
                verbose_name="收款账户",
            ),
        ),
        migrations.RunPython(register, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="manualclaim", name="bank"),
        migrations.RemoveField(model_name="manualclaim", name="account"),
        migrations.AlterField(
            model_name="manualclaim",
            name="paid_into",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="disbursement.payeeaccount",
                verbose_name="收款账户",
            ),
        ),
    ]
