"""Claims that named a bank account of their own are brought into the one register."""

from datetime import date

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.manual.stage import at_the_desk, claimed
from tests.record.orgs.people import organisation
from tests.record.settlement.stage import hospital, retired
from tongchou.record.base import clock
from tongchou.record.disbursement.models import PayeeAccount
from tongchou.record.manual.models import ManualClaim

BEFORE, AFTER = ("manual", "0001_manual_claims"), ("manual", "0002_one_register_of_accounts")


def migrate(to: tuple[str, str]):
    """The models as they are then."""
    executor = MigrationExecutor(connections["owner"])
    executor.migrate([to])
    return MigrationExecutor(connections["owner"]).loader.project_state([to]).apps


@pytest.mark.usefixtures("own_database")
def test_the_account_of_an_older_claim_is_registered_and_waits() -> None:
    with clock.at(date(2025, 5, 20)), doing_everything():
        put_in_force()
        city = organisation("agency", organisation("agency"))
        with at_the_desk(city):
            claim = claimed(hospital(city), retired(city))
        kept = {"visit_id": claim.visit_id, "filing_id": claim.filing_id, "payee_id": claim.payee_id, "at": claim.at}
        claim.invoices.all().delete()
        claim.delete()
        PayeeAccount.objects.all().delete()
        old = migrate(BEFORE).get_model("manual", "ManualClaim")
        old.objects.using("owner").create(**kept, bank="宁和银行", account="6222 0000 1111 2222")
        migrate(AFTER)
        account = ManualClaim.objects.get().paid_into
        assert (account.person, account.holder, account.bank, account.number, account.tail, account.state) == (
            claim.payee_id, claim.payee.name, "宁和银行", "6222000011112222", "2222", "open",
        )  # fmt: skip
        assert account.agency == city
