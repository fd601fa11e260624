"""The constructed chains of the reference run whole, each message on its day."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.player import Player
from tests.faces.gateway.test_outpatient import CARD, person
from tongchou.record.base import clock

RESIDENT = "999999197901010063"
CHAINS = {"outpatient_chain": 13, "inpatient_chain": 9, "pharmacy_and_reconciliation": 5}


def identities(info: dict[str, Any]) -> None:
    """Hard identities 1 to 3 of the reference, to the fen."""
    fen = {name: round(value * 100) for name, value in info.items() if isinstance(value, float)}
    parts = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
    assert fen["medfee_sumamt"] == sum(fen[name] for name in parts)
    assert fen["medfee_sumamt"] == fen["fund_pay_sumamt"] + fen["psn_part_amt"] + fen["hosp_part_amt"]
    assert fen["psn_part_amt"] == fen["acct_pay"] + fen["psn_cash_pay"]


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_runs_whole(hospital: Hospital, name: str, shared: Path) -> None:
    steps = json.loads((shared / f"examples/interface/constructed/{name}.json").read_text("utf-8"))["steps"]
    assert len(steps) == CHAINS[name]
    player = Player()
    # In the stay insured as a resident, which nobody can be beside the employees' insurance.
    player.known["psn_no", "43010000000000000001"] = person(hospital, RESIDENT if "inpatient" in name else CARD)
    for step in steps:
        request = step["request"]
        moment = datetime.fromisoformat(request["inf_time"]).replace(tzinfo=clock.CHINA)
        with clock.at(moment):
            answer = player.play(step, Hospital(request["fixmedins_code"], request["mdtrtarea_admvs"]))
        assert answer["infcode"] == 0, f"{step['infno']}: {answer['err_msg']}"
        written, output = step["response"]["output"], answer["output"]
        assert (output or {}).keys() >= (written or {}).keys()
        if written and "setlinfo" in written and "medfee_sumamt" in written["setlinfo"]:
            assert output["setlinfo"].keys() >= written["setlinfo"].keys()
            if step["infno"] != "5203":
                identities(output["setlinfo"])
