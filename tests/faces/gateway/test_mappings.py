"""3301 and 3302: an institution maps its items; the agency decides."""

from typing import Any

from tests.faces.gateway.changed import agency
from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.test_catalogue_queries import pages
from tongchou.record.base.actor import acting
from tongchou.record.base.scope import scoped, system
from tongchou.record.catalogues import mappings
from tongchou.record.catalogues.models import Mapping


def row(code: str, national: str, **also: Any) -> dict[str, Any]:
    return {
        "fixmedins_hilist_id": code,
        "fixmedins_hilist_name": f"院内{code}",
        "list_type": "101",
        "med_list_codg": national,
        "begndate": "2026-03-01",
        "enddate": "2099-12-31",
        **also,
    }


def of(at: Hospital, code: str) -> list[tuple[str, str]]:
    """The mappings of an item in the order in which they came."""
    with scoped(system("test")):
        rows = Mapping.objects.filter(institution__code=at.code, local_code=code).order_by("id")
        return list(rows.values_list("national_code", "state"))


def decide(at: Hospital, approve: bool = True) -> None:
    _, checker = agency()
    with scoped(system("test")):
        waiting = list(Mapping.objects.filter(institution__code=at.code, state="proposed").values_list("id", flat=True))
    with acting(checker):
        mappings.decide(mapping_ids=waiting, approve=approve, reason="test")


def test_a_mapping_is_proposed_decided_and_removed(hospital: Hospital) -> None:
    assert hospital.ask("3301", {"data": [row("N1", "TESTDRUG00000000000001", spec="10mg", prcunt="盒")]}) is None
    assert of(hospital, "N1") == [("TESTDRUG00000000000001", "proposed")]
    assert pages(hospital, "1317", medins_list_codg="N1")["data"] == []
    decide(hospital)
    (told,) = pages(hospital, "1317", medins_list_codg="N1")["data"]
    assert (told["begndate"], told["enddate"], told["spec"], told["prcunt"]) == ("2026-03-01", "", "10mg", "盒")
    gone = {"fixmedins_hilist_id": "N1", "med_list_codg": "TESTDRUG00000000000001", "list_type": "101"}
    assert hospital.ask("3302", {"data": gone}) is None
    (told,) = pages(hospital, "1317", medins_list_codg="N1")["data"]
    assert (told["enddate"], told["vali_flag"]) == ("2026-03-19", "0")
    assert hospital.refused("3302", {"data": gone}) == "N321"


def test_what_is_in_force_succeeds(pharmacy: Hospital) -> None:
    """As the chain of the reference sends it, from a day before the catalogue began."""
    same = row("P1", "TESTDRUG00000000000021", begndate="2026-01-01")
    pharmacy.ask("3301", {"data": [same]})
    pharmacy.ask("3301", {"data": same})
    assert of(pharmacy, "P1") == [("TESTDRUG00000000000021", "approved")]


def test_what_waits_succeeds_again_and_a_correction_takes_its_place(hospital: Hospital) -> None:
    hospital.ask("3301", {"data": row("N1", "TESTDRUG00000000000001")})
    hospital.ask("3301", {"data": row("N1", "TESTDRUG00000000000001")})
    hospital.ask("3301", {"data": row("N1", "TESTDRUG00000000000002")})
    assert of(hospital, "N1") == [("TESTDRUG00000000000001", "withdrawn"), ("TESTDRUG00000000000002", "proposed")]
    hospital.ask("3302", {"data": {"fixmedins_hilist_id": "N1"}})
    assert of(hospital, "N1")[-1] == ("TESTDRUG00000000000002", "withdrawn")


def test_another_national_item_takes_the_place_of_the_one_in_force(hospital: Hospital) -> None:
    hospital.ask("3301", {"data": row("L1", "TESTDRUG00000000000002")})
    assert of(hospital, "L1") == [("TESTDRUG00000000000001", "approved"), ("TESTDRUG00000000000002", "proposed")]
    decide(hospital)
    told = pages(hospital, "1317", medins_list_codg="L1", vali_flag="1")["data"]
    assert [one["med_list_codg"] for one in told] == ["TESTDRUG00000000000002"]


def test_all_rows_or_none(hospital: Hospital) -> None:
    good, bad = row("N1", "TESTDRUG00000000000001"), row("N2", "XA11GAW043A013010100002")
    assert hospital.refused("3301", {"data": [good, bad]}) == "K401"
    assert of(hospital, "N1") == []
    assert hospital.refused("3301", {"data": [good, row("N1", "TESTDRUG00000000000002")]}) == "K402"
    assert hospital.refused("3301", {"data": []}) == "N105"
    assert hospital.refused("3301", {"data": row("N" * 41, "TESTDRUG00000000000001")}) == "N314"
    assert hospital.refused("3301", {"data": row("N1", "TESTDRUG00000000000001", enddate="2026-02-01")}) == "H104"
    hospital.ask("3301", {"data": [good, good]})
    assert len(of(hospital, "N1")) == 1


def test_another_s_mapping_is_not_removed(hospital: Hospital, pharmacy: Hospital) -> None:
    given = {"fixmedins_code": pharmacy.code, "fixmedins_hilist_id": "P1"}
    hospital.ask("3302", {"data": given})  # the envelope says whose it is
    assert hospital.refused("3302", {"data": given}) == "N321"
    assert of(pharmacy, "P1") == [("TESTDRUG00000000000021", "approved")]
