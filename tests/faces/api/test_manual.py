"""Manual claims over HTTP: applied for in one call with scans of the invoices, decided, settled, and paid."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.faces.api.test_people import Api
from tests.record.contributions.stage import doing_everything
from tests.record.filings.stage import PDF
from tests.record.orgs.people import add_user, organisation
from tests.record.settlement.stage import another_ninghe, hospital, retired
from tongchou.record.base import clock
from tongchou.record.manual.models import ManualClaim

TODAY = date(2025, 5, 20)
FILES = (("发票", "发票.pdf", PDF), ("费用清单", "清单.pdf", PDF))


class Place:
    def __init__(self) -> None:
        self.city = organisation("agency", organisation("agency"))
        self.at, self.person = hospital(self.city, "二级"), retired(self.city)
        self.clerk, self.reviewer = (Api(add_user(role, self.city)) for role in ("clerk", "reviewer"))
        self.claim = {
            "institution": self.at.code, "scheme": "employee", "kind": "住院", "admitted": "2025-05-05",
            "discharged": "2025-05-10", "person": self.person.pk, "facts": {"place": "市内"},
            "invoices": [{"number": "10001", "day": "2025-05-10", "fen": 8_000_00}],
            "lines": [{"number": "1", "fee_at": "2025-05-06T10:00:00+08:00", "fen": 8_000_00, "item": "甲类"}],
            "account": {"bank": "宁和银行", "account": "6222000011112222"},
        }  # fmt: skip


@pytest.fixture
def place(record: None, tmp_path: Path):
    """A city that asks for invoices and a list of fees."""
    names = "        by: [person, agency]\n        names: [admitted, discharged, provider]\n"
    evidence = f"{names}        evidence: [发票, 费用清单]\n"
    with clock.at(TODAY):
        with doing_everything():
            another_ninghe(tmp_path / "n", "filings/employee.yaml", names, evidence)
            found = Place()
        yield found


def form(claim: dict, *files: tuple[str, str, bytes]) -> dict:
    return {
        "claim": json.dumps(claim),
        "kinds": [kind for kind, _, _ in files],
        "files": [SimpleUploadedFile(name, content) for _, name, content in files],
    }


def test_a_claim_with_its_evidence_is_decided_and_settled(place: Place) -> None:
    made = place.clerk.client.post("/api/manual-claims/with-evidence", form(place.claim, *FILES))
    assert made.status_code == 201, made.content
    claim = made.json()
    assert (claim["bank"], claim["account"], claim["account_state"]) == ("宁和银行", "2222", "open")
    filing = place.reviewer.client.get(f"/api/filings/{claim['filing']}").json()
    assert [(one["kind"], one["name"]) for one in filing["evidence"]] == [one[:2] for one in FILES]
    decided = place.reviewer.post(f"/api/filings/{claim['filing']}/decision", {"approve": True, "reason": "属实"})
    assert decided.status_code == 200, decided.content
    settled = place.reviewer.post(f"/api/manual-claims/{claim['id']}/settlement", {})
    assert (settled.status_code, settled.json()["payee"]) == (201, place.person.pk)


def test_nothing_is_claimed_with_what_is_no_evidence(place: Place) -> None:
    for given, status, code in (
        (form(place.claim, FILES[0], ("费用清单", "清单.exe", b"MZ")), 422, "F104"),
        (form({**place.claim, "account": {"bank": "x", "account": "-"}}, *FILES), 422, "M201"),
        ({**form(place.claim, *FILES), "kinds": ["发票"]}, 422, "F109"),
    ):
        answer = place.clerk.client.post("/api/manual-claims/with-evidence", given)
        assert (answer.status_code, answer.json()["problems"][0]["code"]) == (status, code)
    malformed = place.clerk.client.post("/api/manual-claims/with-evidence", form({}, *FILES))
    assert malformed.status_code == 422
    with doing_everything():
        assert not ManualClaim.objects.exists()
