"""Plays a written chain of messages against the platform: what it gives out takes the place of what was written."""

from typing import Any

from tests.faces.gateway.hospital import Hospital

GIVEN_OUT = ("psn_no", "mdtrt_id", "setl_id", "sign_no", "setl_list_id", "file_qury_no", "trt_dcla_detl_sn")
TRIALS = ("2101", "2206", "2303")
AMOUNTS = ("medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
TOTALS = (*AMOUNTS, "fund_pay_sumamt", "acct_pay")


class Player:
    """Remembers, for each number that a chain writes, the one that was given out in its place."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], str] = {}
        self.trial: dict[str, Any] = {}
        self.settled: dict[str, Any] = {}
        self.funds: list[dict[str, Any]] = []

    def play(self, step: dict[str, Any], at: Hospital) -> dict[str, Any]:
        """Send a step with the numbers put right, and learn from its answer."""
        message = step["request"] | {"input": self._right(step["infno"], step["request"]["input"])}
        answer = at.send(message)
        if answer["infcode"] == 0:
            self._learn(step["response"]["output"], answer["output"])
            if step["infno"] in TRIALS:
                self.trial = answer["output"]["setlinfo"]
            if step["infno"] in ("2102", "2207", "2304"):
                self.settled, self.funds = answer["output"]["setlinfo"], answer["output"]["setldetail"]
        return answer

    def _right(self, infno: str, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: self._right(infno, one, name) for name, one in value.items()}
        if isinstance(value, list):
            if key == "payinfo":
                return [{name: one[name] for name in ("fund_pay_type", "fund_payamt")} for one in self.funds]
            return [self._right(infno, one, key) for one in value]
        if infno in ("2207", "2304") and key in AMOUNTS and self.trial:
            return self.trial[key]
        if infno == "3201" and key in TOTALS and self.settled:
            return self.settled[key]
        return self.known.get((key, str(value)), value)

    def _learn(self, written: Any, answered: Any) -> None:
        if isinstance(written, dict) and isinstance(answered, dict):
            for name, value in written.items():
                if name in GIVEN_OUT and value and answered.get(name):
                    self.known[name, str(value)] = answered[name]
                self._learn(value, answered.get(name))
        if isinstance(written, list) and isinstance(answered, list):
            for one, other in zip(written, answered, strict=False):
                self._learn(one, other)
