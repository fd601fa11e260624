"""What a library of others says in English stays out of Chinese text."""

import csv
import json
import re
import tomllib

import pytest

from tongchou.ground.catalogue import CATALOGUE
from tongchou.ground.errors import fail
from tongchou.ground.reasons import why


def raised(kind: type[Exception], text: str) -> Exception:
    """The error that a library really raises for a text."""
    read = tomllib.loads if kind is tomllib.TOMLDecodeError else json.loads
    with pytest.raises(kind) as caught:
        read(text)
    return caught.value


CASES = [
    (UnicodeDecodeError("utf-8", b"a\xff", 1, 2, "invalid start byte"), "不是 UTF-8(第 2 个字节)", "invalid start"),
    (FileNotFoundError(2, "No such file", "x"), "没有这个文件", "No such file"),
    (PermissionError(13, "Permission denied"), "没有读取的权限", "Permission denied"),
    (IsADirectoryError(21, "Is a directory"), "是文件夹,不是文件", "Is a directory"),
    (OSError(5, "Input/output error"), "系统没有读成(错误号 5)", "Input/output error"),
    (OSError("Couldn't deserialize thrift"), "内容损坏,或与所称的格式不符", "thrift"),
    (raised(json.JSONDecodeError, '{"a": }'), "不合 JSON 的写法(第 1 行第 7 个字符)", "Expecting value"),
    (raised(tomllib.TOMLDecodeError, "a = = 1"), "不合 TOML 的写法(第 1 行第 5 个字符)", "Invalid value"),
    (tomllib.TOMLDecodeError("odd"), "不合 TOML 的写法", "odd"),
    (csv.Error("unexpected end of data"), "引号或换行不合 CSV 的写法", "unexpected end"),
    (ValueError(), "内容损坏,或与所称的格式不符", "ValueError"),
    (ValueError("one\n two\x00 three"), "内容损坏,或与所称的格式不符", "one two three"),
]


@pytest.mark.parametrize(("error", "zh", "en"), CASES)
def test_each_language_has_its_own_reason(error: Exception, zh: str, en: str) -> None:
    said = why(error)
    assert said["reason"] == zh
    assert en in said["reason_en"]


def test_a_caller_may_know_more() -> None:
    assert why(ValueError("a key is given twice"), "同一个键写了两次")["reason"] == "同一个键写了两次"


ASKING = [code for code, entry in CATALOGUE.items() if "{reason_en}" in entry.en]


@pytest.mark.parametrize("code", ASKING)
def test_no_english_sentence_is_in_the_chinese_text(code: str) -> None:
    said = why(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"))
    problem = fail(code, None, file="x.csv", line=1, value="1", **said).problems[0]
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+", problem.message("zh"))
    assert "invalid start byte" in problem.message("en")
