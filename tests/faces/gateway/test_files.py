"""9101 and 9102: a file goes up and comes back, to its own institution and for a while."""

import base64
import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest

from tests.faces.gateway.hospital import Hospital
from tongchou.record.base import clock
from tongchou.record.base.scope import scoped, system
from tongchou.record.exchange import files, tabular

TEXT = b"S1\tM1\tnull\n"
PATH = "/fsi/api/fileupload/upload"


def posted(at: Hospital, message: dict[str, Any], file: bytes | None) -> Any:
    """The answer to a message with a file beside it."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    parts: dict[str, Any] = {"jsonStr": json.dumps(message, ensure_ascii=False)}
    if file is not None:
        parts["file"] = SimpleUploadedFile("f", file)
    response = Client().post(PATH, parts, headers=at.headers)
    assert response.status_code == 200
    return json.loads(response.content)


def given(name: str = "明细.txt") -> dict[str, Any]:
    return {"fsUploadIn": {"filename": name, "fixmedins_code": "-"}}


def uploaded(at: Hospital, content: bytes, name: str = "明细.txt") -> dict[str, Any]:
    answer = posted(at, at.envelope("9101", given(name)), content)
    assert answer["infcode"] == 0, answer["err_msg"]
    return dict(answer["output"])


def fetched(at: Hospital, number: str, code: str = "") -> tuple[str, bytes]:
    """The name and the content of the one file in the archive."""
    asked = {"file_qury_no": number, "filename": "x", "fixmedins_code": code or at.code}
    response = at.send(at.envelope("9102", {"fsDownloadIn": asked}))
    assert response.headers["Content-Type"] == "application/octet-stream", response
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        (name,) = archive.namelist()
        return name, archive.read(name)


def code_of(answer: Any) -> str:
    assert answer["infcode"] == -1
    return str(answer["err_msg"]).partition("]")[0].removeprefix("[")


def zipped(**contents: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_a_file_goes_up_and_comes_back(hospital: Hospital) -> None:
    told = uploaded(hospital, TEXT)
    assert told["filename"] == "明细.txt"
    assert told["fixmedins_code"] == hospital.code
    assert told["dld_endtime"] == "2026-04-19"
    assert told["file_qury_no"].startswith("430100")
    assert told["file_qury_no"].isdigit()
    assert fetched(hospital, told["file_qury_no"]) == ("明细.txt", TEXT)


def test_a_zip_comes_back_as_it_is(hospital: Hospital) -> None:
    told = uploaded(hospital, zipped(a=TEXT), "a.zip")
    assert fetched(hospital, told["file_qury_no"]) == ("a", TEXT)


def test_a_file_may_come_as_base64_in_json(hospital: Hospital) -> None:
    sent = {"fsUploadIn": {"in": base64.b64encode(TEXT).decode(), "filename": "a.txt"}}
    number = hospital.ask("9101", sent)["file_qury_no"]
    assert fetched(hospital, number)[1] == TEXT
    assert hospital.refused("9101", {"fsUploadIn": {"in": "ä!", "filename": "a.txt"}}) == "N101"


def test_the_path_of_a_name_is_dropped(hospital: Hospital) -> None:
    assert uploaded(hospital, TEXT, "C:\\a\\..\\b.txt")["filename"] == "b.txt"


def test_what_is_no_file_is_refused(hospital: Hospital) -> None:
    assert code_of(posted(hospital, hospital.envelope("9101", given()), b"")) == "N301"
    assert code_of(posted(hospital, hospital.envelope("9101", given()), None)) == "N105"
    assert hospital.refused("9101", {"fsUploadIn": {"in": "", "filename": "name"}, "in": [{}]}) == "N105"


def test_a_multipart_message_without_an_envelope_is_refused(hospital: Hospital) -> None:
    from django.test import Client

    for body, kind in (
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"--x--", "multipart/form-data"),
        (
            b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\n1\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
    ):
        answer = Client().post(PATH, body, content_type=kind)
        assert answer.status_code == 200
        assert code_of(json.loads(answer.content)) == "N306"


def test_bounds(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST", 1)
    assert code_of(posted(hospital, hospital.envelope("9101", given()), b"x" * (2**20 + 1))) == "N302"
    uploaded(hospital, b"x" * 2**20)
    monkeypatch.setattr(files, "ROOM", 1)
    assert code_of(posted(hospital, hospital.envelope("9101", given()), b"x")) == "N304"


def test_archives_that_are_none(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tabular._MAGIC + b"\0" * 40
    assert code_of(posted(hospital, hospital.envelope("9101", given()), broken)) == "N303"
    monkeypatch.setattr(tabular, "MOST", 1)
    bomb = zipped(a=b"\0" * (2**20 + 1))
    assert len(bomb) < 2000
    assert code_of(posted(hospital, hospital.envelope("9101", given()), bomb)) == "N303"
    many = zipped(**{str(number): b"" for number in range(101)})
    assert code_of(posted(hospital, hospital.envelope("9101", given()), many)) == "N303"


def test_another_institution_does_not_get_it(hospital: Hospital, pharmacy: Hospital) -> None:
    number = uploaded(hospital, TEXT)["file_qury_no"]
    for asked in ({"file_qury_no": number}, {"file_qury_no": number, "fixmedins_code": hospital.code}):
        assert pharmacy.refused("9102", {"fsDownloadIn": asked}) == "N111"
    assert hospital.refused("9102", {"fsDownloadIn": {"file_qury_no": "1"}}) == "N111"
    assert hospital.refused("9102", {"fsDownloadIn": {}}) == "N105"


def test_a_file_goes_when_its_time_has_passed(hospital: Hospital) -> None:
    from tongchou.record.exchange.jobs import sweep_files

    told = uploaded(hospital, TEXT)
    last = date.fromisoformat(told["dld_endtime"])
    asked = {"fsDownloadIn": {"file_qury_no": told["file_qury_no"]}}
    with clock.at(last):
        assert fetched(hospital, told["file_qury_no"])[1] == TEXT
    with clock.at(last + timedelta(days=1)):
        assert hospital.refused("9102", asked) == "N305"
        with scoped(system("test")):
            assert sweep_files() == 1
        assert hospital.refused("9102", asked) == "N111"


def test_the_same_message_keeps_one_file_and_fetches_again(hospital: Hospital) -> None:
    message = hospital.envelope("9101", given())
    first = posted(hospital, message, TEXT)
    assert posted(hospital, message, TEXT) == first
    assert code_of(posted(hospital, message, b"other")) == "N109"
    asked = {"fsDownloadIn": {"file_qury_no": first["output"]["file_qury_no"]}}
    again = hospital.envelope("9102", asked)
    assert hospital.send(again).content == hospital.send(again).content
    assert "[N109]" in hospital.send(again | {"input": {"fsDownloadIn": {}}})["err_msg"]


def test_the_log_keeps_size_and_digest_of_a_file(hospital: Hospital) -> None:
    from tongchou.record.exchange.models import Message

    number = uploaded(hospital, b"secret" * 20_000)["file_qury_no"]
    fetched(hospital, number)
    with scoped(system("test")):
        down, up = Message.objects.order_by("-id")[:2]
    assert (up.infno, down.infno, up.done, down.done) == ("9101", "9102", True, True)
    for kept in (bytes(up.request), bytes(down.answer)):
        assert b"secret" not in kept
        assert b"120000 bytes, SM3" in kept or b".zip (" in kept
        assert len(kept) < 2000
    long = base64.b64encode(b"secret" * 20_000).decode()
    hospital.ask("9101", {"fsUploadIn": {"in": long, "filename": "a.txt"}})
    with scoped(system("test")):
        assert len(bytes(Message.objects.latest("id").request)) < 200


def test_rows_are_written_and_read() -> None:
    rows = [["a", None, ""], ["甲\t乙", 1, "c\nd"]]
    assert tabular.text(rows) == "a\tnull\tnull\n甲 乙\t1\tc d\n".encode()
    content = tabular.packed("a.txt", tabular.text(rows))
    assert list(tabular.rows_of(content)) == [["a", "", ""], ["甲 乙", "1", "c d"]]
    assert list(tabular.rows_of("﻿a\tnull\r\n\r\n".encode())) == [["a", ""]]
    assert content == tabular.packed("a.txt", tabular.text(rows))
