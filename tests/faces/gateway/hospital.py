"""An institution's software, as small as it can be: it sends messages to the platform in this process."""

import json
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

_serial = count(1)


@cache
def _client(address: str) -> "Client":
    """Kept, since each one builds all that stands before a view anew."""
    from django.test import Client

    return Client(REMOTE_ADDR=address)


class Hospital:
    """What an institution sends and is answered."""

    def __init__(self, code: str, region: str) -> None:
        self.code, self.region, self.headers, self.address = code, region, {}, "127.0.0.1"

    def envelope(self, infno: str, given: Any, **also: Any) -> dict[str, Any]:
        return {
            "infno": infno,
            "msgid": f"{self.code}{next(_serial):018d}",
            "mdtrtarea_admvs": self.region,
            "insuplc_admdvs": self.region,
            "recer_sys_code": "HIS",
            "dev_no": "",
            "dev_safe_info": "",
            "cainfo": "",
            "signtype": "",
            "infver": "V1.0",
            "opter_type": "1",
            "opter": "op01",
            "opter_name": "测试员",
            "inf_time": "2026-03-20 09:00:00",
            "fixmedins_code": self.code,
            "fixmedins_name": "测试医院",
            "sign_no": "",
            "input": given,
            **also,
        }

    def send(self, message: dict[str, Any] | bytes, path: str = "/fsi/api/rsfComIfsService/callService") -> Any:
        """The answer to a message: JSON, or the raw response where there is none."""
        body = message if isinstance(message, bytes) else self.body(message)
        client = _client(self.address)
        response = client.post(path, body, content_type="application/json", headers=self.headers)
        assert response.status_code == 200, response.content[:500]
        kind = response.headers["Content-Type"]
        return json.loads(response.content) if kind == "application/json;charset=UTF-8" else response

    @staticmethod
    def body(message: dict[str, Any]) -> bytes:
        return json.dumps(message, ensure_ascii=False).encode()

    def ask(self, infno: str, given: Any, **also: Any) -> Any:
        """The output of a message that must succeed."""
        answer = self.send(self.envelope(infno, given, **also))
        assert answer["infcode"] == 0, answer["err_msg"]
        return answer["output"]

    def refused(self, infno: str, given: Any, **also: Any) -> str:
        """The code under which a message is refused."""
        answer = self.send(self.envelope(infno, given, **also))
        assert answer["infcode"] == -1
        assert answer.get("output") is None
        return str(answer["err_msg"]).partition("]")[0].removeprefix("[")
