"""The messages of this room: each is used, and each is written in both languages."""

import re
from pathlib import Path

from tongchou.ground.tables.messages import MESSAGES

SOURCE = Path(__file__).parents[3] / "src" / "tongchou"


def test_each_code_is_raised_somewhere_and_each_raised_code_is_written() -> None:
    places = [*(SOURCE / "ground" / "tables").glob("*.py"), *(SOURCE / "engines" / "lake").glob("*.py")]
    used = {
        code
        for path in places
        if path.name != "messages.py"
        for code in re.findall(r'"(T1\d\d)"', path.read_text(encoding="utf-8"))
    }
    assert used == set(MESSAGES)


def test_both_languages() -> None:
    for entry in MESSAGES.values():
        for zh, en in ((entry.zh, entry.en), (entry.remedy_zh, entry.remedy_en)):
            assert re.search("[一-鿿]", zh)
            assert not re.search("[一-鿿]", en)
            assert re.findall(r"(?<!\{)\{\w+\}", zh).sort() == re.findall(r"(?<!\{)\{\w+\}", en).sort()
