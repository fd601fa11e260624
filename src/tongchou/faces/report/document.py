"""The frame of every report: one file that loads nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from tongchou.engines.benefits.explain.model import Lang
from tongchou.faces.report.style import STYLE


def document(title: str, parts: Iterable[str], lang: Lang) -> str:
    """An HTML page of these parts, those that are empty left out. `title`: as plain text."""
    body = "\n".join(part for part in parts if part)
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
