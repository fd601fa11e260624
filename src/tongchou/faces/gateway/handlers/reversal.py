"""2601 冲正: undo what a message did whose answer was lost."""

from __future__ import annotations

from tongchou.faces.gateway.calls import Call, Said, handles
from tongchou.faces.gateway.handlers import pharmacy
from tongchou.ground.errors import fail
from tongchou.record.exchange.models import Message
from tongchou.record.settlement import reversing
from tongchou.record.settlement.asking import Asked
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.models import Message as Settled
from tongchou.record.visits import registering
from tongchou.record.visits.models import Visit


@handles("2601")
def reverse(call: Call) -> Said:
    """By the message id of the original. A settlement is reversed; an admission is cancelled; what was cancelled before
    is refused (N119). A message that has not come may not settle any more when it comes, which is told as a refusal
    (N123): whoever asks learns that nothing was settled."""
    given = call.section()
    msgid = given.needed("omsgid")
    came = Message.objects.filter(institution=call.institution, msgid=msgid, done=True).first()
    if came is not None and given["oinfno"] and came.infno[:4] != given["oinfno"][:4]:
        raise fail("N127", msgid=msgid, was=came.infno, said=given["oinfno"])
    settled = Settled.objects.filter(institution=call.institution, msgid=msgid).select_related("event__visit").first()
    event = None if settled is None else settled.event
    if event is not None and (event.kind != "settle" or Event.objects.filter(reverses=event).exists()):
        raise fail("N119", msgid=msgid)
    admission = None if came is None else _admission(call, came)
    if settled is None and admission is not None:
        registering.cancel(visit_id=admission.pk, reason=f"2601 冲正 {msgid}")
        return None
    asked = Asked(call.envelope.msgid, {"infno": "2601", "input": call.envelope.input})
    reversing.reverse_message(institution_id=call.institution.pk, msgid=msgid, reason=f"2601 冲正 {msgid}", asked=asked)
    if event is None:
        raise fail("N123", msgid=msgid)
    call.person = event.person_id
    pharmacy.undo(event.visit, f"2601 冲正 {msgid}")
    return None


def _admission(call: Call, came: Message) -> Visit | None:
    """The stay that a message opened, if that is what it did."""
    if not came.infno.startswith("2401") or came.person is None:
        return None
    visits = Visit.objects.filter(institution=call.institution, person=came.person, state="open")
    return visits.filter(registered_at__gte=came.at).order_by("id").first()
