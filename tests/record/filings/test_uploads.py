"""Files: size, kind by content, names, archives."""

import zipfile

import pytest

from tests.record.filings.stage import JPEG, PDF, PNG, ofd
from tongchou.ground.errors import ProblemError
from tongchou.record.filings.uploads import LARGEST, MOST, Upload, check

GOOD_OFD = ofd(("OFD.xml", b"<x/>"), ("Doc_0/Document.xml", b"<y/>"))


@pytest.mark.parametrize(
    ("name", "content", "media"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.exe", JPEG, "image/jpeg"),
        ("没有后缀", PNG, "image/png"),
        ("发票.ofd", GOOD_OFD, "application/ofd"),
        ("大.pdf", PDF + bytes(LARGEST - len(PDF)), "application/pdf"),
    ],
)
def test_the_content_says_what_it_is(name: str, content: bytes, media: str) -> None:
    assert check((Upload("x", name, content),)) == [media]


def encrypted() -> bytes:
    content = bytearray(GOOD_OFD)
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "F104"),
        ("a.pdf", b"<html>", "F104"),
        ("a.pdf", b" %PDF-", "F104"),
        ("a.pdf", PDF + bytes(LARGEST), "F103"),
        ("../a.pdf", PDF, "F107"),
        ("C:\\a.pdf", PDF, "F107"),
        ("a/b.pdf", PDF, "F107"),
        ("..", PDF, "F107"),
        ("", PDF, "F107"),
        ("a\r\nX: 1.pdf", PDF, "F107"),
        ("长" * 201, PDF, "F107"),
        ("a.ofd", b"PK\x03\x04 not an archive", "F104"),
        ("a.zip", ofd(("word/document.xml", b"x")), "F104"),
        ("a.ofd", ofd(("OFD.xml", b"x"), ("../../etc/passwd", b"x")), "F106"),
        ("a.ofd", ofd(("OFD.xml", b"x"), ("/etc/passwd", b"x")), "F106"),
        ("a.ofd", ofd(("OFD.xml", bytes(30_000_000))), "F106"),
        ("a.ofd", ofd(("OFD.xml", b"x"), *((f"{i}", b"") for i in range(1_000))), "F106"),
        ("a.ofd", encrypted(), "F106"),
    ],
)
def test_what_is_not_taken(name: str, content: bytes, code: str) -> None:
    with pytest.raises(ProblemError, match=code):
        check((Upload("x", name, content),))


def test_not_too_many() -> None:
    one = Upload("x", "a.pdf", PDF)
    assert len(check((one,) * MOST)) == MOST
    with pytest.raises(ProblemError, match="F105"):
        check((one,) * MOST, already=1)


def test_the_trap_would_have_been_one() -> None:
    """The archive that is refused for its size really unpacks to so much."""
    import io

    with zipfile.ZipFile(io.BytesIO(ofd(("OFD.xml", bytes(30_000_000))))) as archive:
        assert archive.infolist()[0].file_size == 30_000_000
