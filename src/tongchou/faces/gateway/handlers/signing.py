"""9001 签到, 9002 签退."""

from __future__ import annotations

from tongchou.faces.gateway.calls import Call, Said, handles
from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.exchange import signing


@handles("9001")
def sign_in(call: Call) -> Said:
    given = call.section("signIn")
    operator = given.text("opter_no") or call.envelope.operator
    made = signing.sign_in(institution_id=call.institution.pk, operator=operator, address=given.text("ip")[:60])
    return {"signinoutb": {"sign_time": made.at.astimezone(clock.CHINA), "sign_no": f"{made.pk:06d}"}}


@handles("9002")
def sign_out(call: Call) -> Said:
    number = call.section("signOut").text("sign_no") or call.envelope.sign_no
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise fail("N115", number=number or "-")
    made = signing.sign_out(institution_id=call.institution.pk, number=int(number))
    assert made.closed_at is not None
    return {"signoutoutb": {"sign_time": made.closed_at.astimezone(clock.CHINA)}}
