"""Rules between rows, each shown by one change to the sample."""

from typing import Any

import pytest


def test_the_sample_is_sound(folder: Any) -> None:
    assert folder.found() == []


def test_a_repetition_is_dropped_and_the_first_stands(folder: Any) -> None:
    for name in ("persons", "claims", "spells", "accounts"):
        folder.add(name)
    assert folder.found() == [
        ("persons", 3, "person_id", "T140"),
        ("spells", 3, "spell_id", "T140"),
        ("accounts", 2, "account_id", "T140"),
        ("claims", 3, "claim_id", "T140"),
    ]
    assert [claim["claim_id"] for claim in folder.read().rows["claims"]] == ["C1", "C2"]


def test_of_contradicting_persons_neither_stands(folder: Any) -> None:
    folder.add("persons", birth_date="1961-01-01")
    folder.add("persons", birth_date="1962-01-01")
    found = folder.found()
    assert [f for f in found if f[0] == "persons"] == [("persons", row, "person_id", "T141") for row in (1, 3, 4)]
    assert ("claims", 1, "person_id", "T143") in found
    assert ("lines", 1, "claim_id", "T143") in found
    assert ("discharges", 1, "claim_id", "T143") in found
    assert [claim["claim_id"] for claim in folder.read().rows["claims"]] == ["C2"]


def test_a_repeated_line_rejects_its_claim(folder: Any) -> None:
    folder.add("lines", 4)
    assert folder.found() == [
        ("claims", 2, None, "T156"),
        ("lines", 4, "claim_id", "T143"),
        ("lines", 5, "line_id", "T140"),
    ]


def test_overlapping_spells_fall_with_the_claims_that_rest_on_them(folder: Any) -> None:
    folder.add("spells", spell_id="S3", from_date="2024-12-31", through_date="")
    folder.add("spells", spell_id="S4", from_date="2025-06-01", through_date="2025-06-30")
    folder.add("spells", spell_id="S5", scheme="employee")
    found = folder.found()
    assert found[:3] == [("spells", row, "from_date", "T144") for row in (1, 3, 4)]
    assert ("claims", 1, "person_id", "T157") in found
    assert [claim["claim_id"] for claim in folder.read().rows["claims"]] == ["C2"]


def test_touching_spells_do_not_overlap(folder: Any) -> None:
    folder.add("spells", spell_id="S3", from_date="2025-01-01", through_date="")
    folder.add("spells", spell_id="S4", from_date="2023-01-01", through_date="2023-12-31")
    assert folder.found() == []


def test_a_spell_inside_an_earlier_one_overlaps_though_another_lies_between(folder: Any) -> None:
    folder.put("spells", [])
    folder.remove("claims", 2)
    folder.remove("lines", 4)
    base = {"person_id": "P1", "scheme": "other"}
    folder.put(
        "spells",
        [
            {**base, "spell_id": "A", "from_date": "2024-01-01", "through_date": "2024-12-31"},
            {**base, "spell_id": "B", "from_date": "2024-02-01", "through_date": "2024-02-28"},
            {**base, "spell_id": "C", "from_date": "2024-11-01", "through_date": "2025-02-28"},
            {**base, "spell_id": "D", "from_date": "2025-03-01", "through_date": ""},
        ],
    )
    assert folder.found() == [("spells", row, "from_date", "T144") for row in (1, 2, 3)]


@pytest.mark.parametrize(
    ("table", "column"), [("entitlements", "from_date"), ("households", "from_date"), ("accounts", "balance")]
)
def test_a_rejected_row_about_a_person_rejects_the_claims(folder: Any, table: str, column: str) -> None:
    folder.set(table, 1, **{column: "x"})
    person = folder.cells(table)[0]["person_id"]
    claims = {"P1": 1, "P2": 2}
    assert ("claims", claims[person], "person_id", "T157") in folder.found()


def test_a_rejected_row_about_nobody_rejects_no_claim(folder: Any) -> None:
    folder.set("spells", 1, person_id="")
    assert folder.found() == [("spells", 1, "person_id", "T122")]


def test_a_missing_person_takes_everything_of_theirs(folder: Any) -> None:
    folder.remove("persons", 1)
    assert folder.found() == [
        ("households", 1, "person_id", "T142"),
        ("spells", 1, "person_id", "T142"),
        ("entitlements", 1, "person_id", "T142"),
        ("claims", 1, "person_id", "T142"),
        ("lines", 1, "claim_id", "T143"),
        ("lines", 2, "claim_id", "T143"),
        ("lines", 3, "claim_id", "T143"),
        ("discharges", 1, "claim_id", "T143"),
    ]


def test_the_owner_of_a_relatives_account_must_be_there(folder: Any) -> None:
    folder.set("claims", 1, account_person_id="P9")
    assert ("claims", 1, "account_person_id", "T142") in folder.found()


def test_a_line_of_a_missing_claim(folder: Any) -> None:
    folder.add("lines", 4, line_id="L9", claim_id="C9")
    assert folder.found() == [("lines", 5, "claim_id", "T142")]


def test_a_claim_without_lines(folder: Any) -> None:
    folder.remove("lines", 4)
    assert folder.found() == [("claims", 2, None, "T155")]


def test_a_claim_with_a_bad_line_falls_whole(folder: Any) -> None:
    folder.set("lines", 1, quantity="1e3")
    assert folder.found() == [
        ("claims", 1, None, "T156"),
        ("lines", 1, "quantity", "T130"),
        ("lines", 2, "claim_id", "T143"),
        ("lines", 3, "claim_id", "T143"),
        ("discharges", 1, "claim_id", "T143"),
    ]


def test_a_total_that_is_not_the_sum(folder: Any) -> None:
    folder.set("claims", 2, total_fee="6001")
    assert folder.found() == [("claims", 2, "total_fee", "T159"), ("lines", 4, "claim_id", "T143")]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"original_line_id": "L9"}, "T148"),
        ({"original_line_id": "L4"}, "T148"),
        ({"original_line_id": "L3"}, "T148"),
        ({"original_line_id": ""}, "T147"),
        ({"quantity": "-8.0001", "price": ""}, "T149"),
        ({"quantity": "", "amount": "-500001"}, "T149"),
    ],
)
def test_a_refund_returns_what_was_charged(folder: Any, cells: dict[str, str], code: str) -> None:
    folder.set("lines", 3, **cells)
    found = folder.found()
    assert code in [f[3] for f in found if f[:2] == ("lines", 3)]
    assert ("claims", 1, None, "T156") in found


def test_refunds_of_one_line_count_together(folder: Any) -> None:
    folder.add("lines", 3, line_id="L5", quantity="-7.9", amount="-493750")
    found = folder.found()
    assert [f[3] for f in found if f[0] == "lines" and f[1] in (3, 5)] == ["T149", "T149"]
    folder.set("lines", 5, quantity="-7.8", amount="-487500")
    folder.set("claims", 1, total_fee="12500")
    assert folder.found() == []


def test_a_refund_of_a_line_without_quantity(folder: Any) -> None:
    folder.set("lines", 2, quantity="")
    assert folder.found() == []


def test_tables_that_are_not_there_are_not_asked(folder: Any) -> None:
    from tongchou.ground.tables import read_tables

    for name in ("persons", "claims"):
        (folder.path / f"{name}.csv").unlink()
    tables = read_tables(folder.path, required=())
    assert tables.problems == []
    assert tables.rows["claims"] == []
    assert len(tables.rows["lines"]) == 4
