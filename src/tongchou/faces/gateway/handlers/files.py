"""9101 文件上传, 9102 文件下载."""

from __future__ import annotations

import base64
import binascii

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Download, Said, Section, handles
from tongchou.ground.errors import ProblemError, fail
from tongchou.record.exchange import files, tabular
from tongchou.record.uploads.commands import File


@handles("9101")
def upload(call: Call) -> Said:
    """The file is the binary part of the message, or base64 in it."""
    given = call.section("fsUploadIn")
    content = call.file if call.file is not None else _inline(given)
    kept = files.hand_in(institution_id=call.institution.pk, file=File(given.text("filename"), content))
    return {
        "file_qury_no": ids.number(call.region, kept.pk),
        "filename": kept.name,
        "fixmedins_code": call.institution.code,
        "dld_endtime": kept.until,
    }


def _inline(given: Section) -> bytes:
    """Raises N105 for no file, N101 for what is no base64."""
    said = str(given.needed("in"))
    try:
        return base64.b64decode("".join(said.split()), validate=True)
    except (ValueError, binascii.Error):
        label = given.label("in")
        raise fail("N101", field="in", label=label, value=said[:30], what="base64") from None


@handles("9102")
def download(call: Call) -> Said:
    """A file of the institution, or one that is offered to all (`fixmedins_code` plc); which one, says its number."""
    given = call.section("fsDownloadIn")
    number = given.row("file_qury_no")
    try:
        found = files.fetch(number)
    except ProblemError as error:
        if error.problems[0].code != "A114":
            raise
        shown = given.text("file_qury_no")
        raise fail("N111", label=given.label("file_qury_no"), field="file_qury_no", value=shown) from error
    content = bytes(found.content)
    if tabular.is_archive(content):
        return Download(found.name, content)
    return Download(f"{found.name}.zip", tabular.packed(found.name, content))
