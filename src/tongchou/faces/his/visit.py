"""One encounter played at a desk, from the card on the counter to the receipt, with whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from tongchou.faces.his.checks import AMOUNTS, SCOPE, Fault
from tongchou.faces.his.desk import Answer, Desk, Refused
from tongchou.faces.his.encounters import Encounter, Item
from tongchou.record.base import clock

_DEPARTMENT = {"bilg_dept_codg": "A03", "bilg_dept_name": "内科", "bilg_dr_codg": "D0001", "bilg_dr_name": "测试医师"}
_EVERYTHING = "0000"
_REFUNDED = 2
"""Lines of a stay that are refunded."""


@dataclass(frozen=True)
class Settled:
    """A settlement in the institution's own books, as its reconciliation takes it."""

    msgid: str
    insutype: str
    info: Mapping[str, Any]
    cancels: bool = False


@dataclass(frozen=True)
class Forgotten:
    """A settlement whose answer never came, and which the institution does not know of."""

    msgid: str
    infno: str
    psn_no: str
    insutype: str
    clr_type: str


@dataclass(frozen=True)
class _Names:
    """The transactions of outpatients, and those of stays."""

    charge: str
    withdraw: str
    trial: str
    settle: str
    cancel: str


_OUTPATIENT = _Names("2204", "2205", "2206", "2207", "2208")
_STAY = _Names("2301", "2302", "2303", "2304", "2305")


@dataclass
class Visit:
    """An encounter that is being played; `books`: what stands as settled, `forgotten`: what is not in them."""

    desk: Desk
    encounter: Encounter
    books: list[Settled] = field(default_factory=list)
    forgotten: list[Forgotten] = field(default_factory=list)

    def play(self) -> None:
        """From beginning to end. Raises Refused where a message is refused that must not be."""
        self._identify()
        self._open()
        self._charge("1")
        if self.encounter.trouble == "withdrawn":
            self._withdraw()
            self._charge("2")
        if self._is_stay:
            self._refund()
            self._discharge()
        settled = self._settle()
        if settled is None:
            return
        if self.encounter.trouble in ("cancelled", "redone"):
            self._cancel(settled)
        if self.encounter.trouble == "redone":
            self._settle()
        if self.encounter.trouble == "cancelled":
            self._undo()

    @property
    def _is_stay(self) -> bool:
        return self.encounter.kind == "inpatient"

    @property
    def _names(self) -> _Names:
        return _STAY if self._is_stay else _OUTPATIENT

    def _identify(self) -> None:
        card = {"mdtrt_cert_type": "02", "mdtrt_cert_no": self.encounter.card, "psn_cert_type": "01"}
        base = self.desk.ask("1101", {"data": {**card, "certno": self.encounter.card}})["baseinfo"]
        self._who = {"psn_no": base["psn_no"]}
        self._card = {
            "mdtrt_cert_type": "02",
            "mdtrt_cert_no": self.encounter.card,
            "psn_cert_type": base["psn_cert_type"],
            "certno": base["certno"],
            "psn_name": base["psn_name"],
            "insutype": self.encounter.insutype,
        }
        today = self.desk.today()
        self._admitted = max(today - timedelta(days=self.encounter.days), date(today.year, 1, 2))
        self._number = self.desk.msgid()[-18:]
        self._sn: dict[str, Item] = {}
        self._total = Decimal(0)

    def _open(self) -> None:
        if self._is_stay:
            made = self.desk.ask("2401", {"mdtrtinfo": self._admission(), "diseinfo": self._diagnoses()})
            self._visit = {**self._who, "mdtrt_id": made["result"]["mdtrt_id"]}
            return
        given = {**self._who, **self._card, "ipt_otp_no": f"MZ{self._number}", "begntime": self._at(0)}
        given |= {"atddr_no": "D0001", "dr_name": "测试医师", "dept_code": "A03", "dept_name": "内科", "caty": "A03"}
        made = self.desk.ask("2201", {"data": given})
        self._visit = {**self._who, "mdtrt_id": made["data"]["mdtrt_id"]}
        info = {**self._visit, "med_type": self.encounter.med_type, "begntime": self._at(0)}
        info |= {"dise_codg": self.encounter.disease}
        self.desk.ask("2203", {"mdtrtinfo": info, "diseinfo": self._diagnoses()})

    def _admission(self) -> dict[str, Any]:
        code, name = self.encounter.diagnoses[0]
        card = {("cert_type" if key == "psn_cert_type" else key): value for key, value in self._card.items()}
        return {
            **self._who,
            **card,
            "begntime": self._at(0),
            "med_type": self.encounter.med_type,
            "ipt_no": f"ZY{self._number}",
            "atddr_no": "D0001",
            "chfpdr_name": "测试医师",
            "adm_diag_dscr": name,
            "adm_dept_codg": "A03",
            "adm_dept_name": "内科",
            "adm_bed": "1",
            "dscg_maindiag_code": code,
            "dscg_maindiag_name": name,
            "dise_codg": self.encounter.disease,
            "insuplc_admdvs": self.desk.region,
            "mdtrtarea_admvs": self.desk.region,
        }

    def _diagnoses(self) -> list[dict[str, Any]]:
        also = {"diag_dept": "A03", "dise_dor_no": "D0001", "dise_dor_name": "测试医师", "vali_flag": "1"}
        return [
            {
                "diag_type": "1",
                "diag_srt_no": place,
                "diag_code": code,
                "diag_name": name,
                "maindiag_flag": "1" if place == 1 else "0",
                "diag_time": self._at(0),
                **also,
            }
            for place, (code, name) in enumerate(self.encounter.diagnoses, 1)
        ]

    def _at(self, day: int) -> str:
        """Ten o'clock on a day of the visit, or now where that is not yet."""
        moment = datetime.combine(self._admitted + timedelta(days=day), time(10), clock.CHINA)
        return f"{min(moment, self.desk.now()):%Y-%m-%d %H:%M:%S}"

    def _charge(self, batch: str) -> None:
        """Every line of the encounter, in one message."""
        self._batch = f"{self._number}{batch}"
        self._sn = {f"{batch}{place:05d}": item for place, item in enumerate(self.encounter.items, 1)}
        rows = [self._line(sn, item, item.count) for sn, item in self._sn.items()]
        self._total = Decimal(0)
        self._send_lines(rows)

    def _send_lines(self, rows: list[dict[str, Any]]) -> None:
        self.desk.ask(self._names.charge, {"feedetail": rows})
        self._total += sum(one["det_item_fee_sumamt"] for one in rows)

    def _line(self, sn: str, item: Item, count: Decimal) -> dict[str, Any]:
        return {
            **self._visit,
            "feedetl_sn": sn,
            "chrg_bchno": self._batch,
            "dise_codg": self.encounter.disease,
            "med_type": self.encounter.med_type,
            "fee_ocur_time": self._at(item.day),
            "med_list_codg": item.national,
            "medins_list_codg": item.code,
            "medins_list_name": item.name,
            "det_item_fee_sumamt": (count * item.price).quantize(Decimal("0.01")),
            "cnt": count,
            "pric": item.price,
            "rx_circ_flag": "0",
            "hosp_appr_flag": "0",
            **_DEPARTMENT,
        }

    def _refund(self) -> None:
        """The first lines are given back: rows of their own, with what they give back."""
        rows = []
        for sn, item in list(self._sn.items())[:_REFUNDED]:
            rows.append(self._line(f"9{sn}", item, -item.count) | {"init_feedetl_sn": sn})
        self._send_lines(rows)

    def _withdraw(self) -> None:
        if self._is_stay:
            self.desk.ask("2302", {"data": [{**self._visit, "feedetl_sn": _EVERYTHING}]})
        else:
            self.desk.ask("2205", {"data": {**self._visit, "chrg_bchno": _EVERYTHING}})

    def _discharge(self) -> None:
        info = {**self._visit, "insutype": self.encounter.insutype, "endtime": f"{self.desk.now():%Y-%m-%d %H:%M:%S}"}
        info |= {"dscg_dept_codg": "A03", "dscg_dept_name": "内科", "dscg_way": "1"}
        rows = [{**self._visit, **one} for one in self._diagnoses()]
        self.desk.ask("2402", {"dscginfo": info, "diseinfo": rows})

    def _asked(self) -> dict[str, Any]:
        return {
            **self._visit,
            **self._card,
            "med_type": self.encounter.med_type,
            "chrg_bchno": self._batch,
            "medfee_sumamt": self._total,
            "psn_setlway": "01",
            "acct_used_flag": self.encounter.account,
            "mid_setl_flag": "0",
            "dscgTime": self.desk.today(),
            "insuplc_admdvs": self.desk.region,
            "mdtrtarea_admvs": self.desk.region,
        }

    def _settle(self) -> Settled | None:
        """Tried, then settled with the amounts of the trial; the answer may be lost on its way."""
        asked = self._asked()
        trial = self.desk.ask(self._names.trial, {"data": asked})["setlinfo"]
        asked |= {name: trial[name] for name in SCOPE}
        message = self.desk.envelope(self._names.settle, {"data": asked})
        answer = self.desk.deliver(message)
        trouble = self.encounter.trouble
        if trouble == "forgotten":
            who, clr_type = self._who["psn_no"], str(trial["clr_type"])
            lost = Forgotten(message["msgid"], self._names.settle, who, self.encounter.insutype, clr_type)
            self.forgotten.append(lost)
            return None
        if trouble == "lost":
            again = self.desk.deliver(message)
            self._same(answer, again)
            answer = again
        if trouble == "anew":
            other = self.desk.deliver(self.desk.envelope(self._names.settle, {"data": asked}))
            if other.fine:
                self._fault(other, "settled", "2207/2304")
        if trouble in ("undone", "anew"):
            given = {**self._who, "omsgid": message["msgid"], "oinfno": self._names.settle}
            self.desk.ask("2601", {"data": given})
            answer = self.desk.deliver(self.desk.envelope(self._names.settle, {"data": asked}))
        if not answer.fine:
            raise Refused(answer)
        info = answer.output["setlinfo"]
        for name in AMOUNTS:
            if info.get(name) != trial.get(name):
                self._fault(answer, "trial", f"setlinfo.{name}", f"{trial.get(name)}, {info.get(name)}")
        made = Settled(str(answer.sent["msgid"]), self.encounter.insutype, info)
        self.books.append(made)
        return made

    def _same(self, first: Answer, again: Answer) -> None:
        if first.fine and again.body != first.body:
            self._fault(again, "twice", "output")

    def _cancel(self, settled: Settled) -> None:
        given = {**self._visit, "setl_id": settled.info["setl_id"]}
        message = self.desk.envelope(self._names.cancel, {"data": given})
        answer = self.desk.deliver(message)
        if not answer.fine:
            raise Refused(answer)
        info = answer.output["setlinfo"]
        for name in AMOUNTS:
            if name in settled.info and info.get(name) != -settled.info[name]:
                self._fault(answer, "negated", f"setlinfo.{name}", f"{settled.info[name]}, {info.get(name)}")
        if info["setl_id"] == settled.info["setl_id"]:
            self._fault(answer, "negated", "setlinfo.setl_id")
        self.books.append(Settled(str(message["msgid"]), self.encounter.insutype, info, cancels=True))

    def _undo(self) -> None:
        """The visit as if it had not been."""
        if self._is_stay:
            self.desk.ask("2405", {"data": self._visit})
        self._withdraw()
        self.desk.ask("2404" if self._is_stay else "2202", {"data": {**self._visit, "ipt_otp_no": f"MZ{self._number}"}})

    def _fault(self, answer: Answer, rule: str, where: str, found: str = "") -> None:
        self.desk.log.faults.append((answer.sent["infno"], answer.sent["msgid"], Fault(rule, where, found)))
