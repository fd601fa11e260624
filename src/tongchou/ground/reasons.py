"""Why something could not be read, in both languages: what another's library says is English and stays in English text.

The details of a message: `fail("T102", place, **why(error))` fills `{reason}` and `{reason_en}`.
"""

from __future__ import annotations

import csv
import json
import re
import tomllib

LENGTH = 200
_AT = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)")


def why(error: BaseException, otherwise: str = "内容损坏,或与所称的格式不符") -> dict[str, str]:
    """The reason of an error as details of a message, each a line; `otherwise` in Chinese where none is known."""
    said = " ".join(str(error).split())[:LENGTH]
    return {
        "reason": _zh(error) or otherwise,
        "reason_en": "".join(c for c in said if c.isprintable()) or type(error).__name__,
    }


def _zh(error: BaseException) -> str | None:
    if isinstance(error, UnicodeDecodeError):
        return f"不是 UTF-8(第 {error.start + 1} 个字节)"
    if isinstance(error, FileNotFoundError):
        return "没有这个文件"
    if isinstance(error, PermissionError):
        return "没有读取的权限"
    if isinstance(error, IsADirectoryError):
        return "是文件夹,不是文件"
    if isinstance(error, OSError) and error.errno is not None:
        return f"系统没有读成(错误号 {error.errno})"
    if isinstance(error, json.JSONDecodeError):
        return f"不合 JSON 的写法(第 {error.lineno} 行第 {error.colno} 个字符)"
    if isinstance(error, tomllib.TOMLDecodeError):
        at = _AT.search(str(error))
        return f"不合 TOML 的写法(第 {at[1]} 行第 {at[2]} 个字符)" if at else "不合 TOML 的写法"
    if isinstance(error, csv.Error):
        return "引号或换行不合 CSV 的写法"
    return None
