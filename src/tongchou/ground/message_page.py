"""The documentation page of all messages, written from the catalogue."""

from __future__ import annotations

import re

from tongchou.ground.catalogue import CATALOGUE

_HEAD = """# Messages

<!-- Written by `tongchou.ground.message_page`; change the messages where they are raised, not this page. -->

Every complaint has a code, a place and a remedy, in Chinese and English. A code never changes its meaning. Codes that
begin with W are warnings; all others are errors. Words in {braces} are filled in.
"""
_ROOMS = {
    "R": ("Form of a region folder", "the loader; nothing is settled until they are gone"),
    "L": ("Content of a region folder", "`tongchou lint`, each with a witness"),
    "W": ("Warnings about a region folder", "`tongchou lint`; acknowledge with a citation in `decisions.yaml`"),
    "T": ("Tables read from files", "the readers of the canonical tables; the row goes to `rejects`"),
    "C": ("Claims that cannot be settled", "settling; the claim is refused and everything else goes on"),
    "P": (
        "Contributions, accounts, years, entitlement",
        "assessing, receiving, crediting; the person or order is refused",
    ),
    "E": ("Enrolment and entitlement in the record", "a command, a query or a file; nothing is changed"),
    "J": ("Contributions in the record", "commands on orders, receipts, refunds and months; nothing is written"),
    "B": ("Personal accounts in the record", "commands on accounts; nothing is written"),
    "F": ("Filings", "filing, deciding, withdrawing, attaching; nothing of it is kept"),
    "K": (
        "Lakes and snapshots of states (K1); catalogues of items and mappings (K2 to K4)",
        "opening or pouring one, nothing of it is used; importing, proposing, deciding, nothing is changed",
    ),
}


def page() -> str:
    """The page as Markdown."""
    rooms = {**_ROOMS, **{code[0]: (f"{code[0]} messages", "-") for code in CATALOGUE if code[0] not in _ROOMS}}
    return _HEAD + "".join(_room(letter, *said) for letter, said in rooms.items())


def _room(letter: str, title: str, raised_by: str) -> str:
    lines = [
        f"\n## {letter}: {title}",
        "",
        f"Raised by: {raised_by}.",
        "",
        "| code | 说明 | meaning | 怎么办 | what to do |",
    ]
    lines.append("|---|---|---|---|---|")
    for code, entry in sorted(CATALOGUE.items()):
        if code.startswith(letter):
            cells = (entry.zh, entry.en, entry.remedy_zh, entry.remedy_en)
            lines.append(f"| {code} | {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    plain = text.replace("{{", "{").replace("}}", "}")
    return re.sub(r"([|*<\[])", r"\\\1", plain)
