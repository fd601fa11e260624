"""The pages of the interface are what the tables, the handlers and the examples make; the examples are what the sandbox
answers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.faces.his.conftest import city, made
from tongchou.faces.gateway.calls import HANDLERS
from tongchou.faces.gateway.fields import transactions
from tongchou.faces.gateway.pages import EXAMPLES, FILE, examples_of, pages, recorded, written
from tongchou.faces.his.recording import record
from tongchou.faces.sandbox import City

__all__ = ["city", "made"]
PAGES = Path(__file__).parents[3] / "docs" / "reference" / "interface"
ANEW = "write it anew: tools/interface_pages.py"
REFUSED = {"2506": "F012", "2507": "N122", "3103": "N128"}
"""In the sandbox's region a choice of 2505 holds for three months, and no filing is made by 2507; 3103 answers a
finding, and no rule has found any."""


def test_the_pages_are_current() -> None:
    found = {page.name: page.read_text("utf-8") for page in PAGES.glob("*.md")}
    expected = pages()
    assert found.keys() == expected.keys(), ANEW
    assert [name for name, text in expected.items() if found[name] != text] == [], ANEW


def test_every_transaction_that_is_answered_has_its_page_and_an_example() -> None:
    made = pages()
    assert made.keys() == {"index.md", *(f"{infno}.md" for infno in HANDLERS)}
    assert recorded().keys() == HANDLERS.keys()
    refusals = {infno: one["answer"]["err_msg"][1:5] for infno, one in recorded().items() if _is_refusal(one)}
    assert refusals == REFUSED
    for infno in transactions():
        place = f"[{infno}]({infno}.md)" if infno in HANDLERS else f"\n| {infno} | "
        assert place in made["index.md"]


def _is_refusal(one: Mapping[str, Any]) -> bool:
    return one["answer"] != FILE and one["answer"]["infcode"] != 0


def test_a_page_tells_every_field_and_every_other_name() -> None:
    made = pages()
    for infno in HANDLERS:
        for top in transactions()[infno].request:
            for section in top.walk():
                for one in section.fields:
                    assert f"\n| `{one.name}` | " in made[f"{infno}.md"]
                    assert all(f"- `{also}` for `" in made[f"{infno}.md"] for also in one.also)


def test_an_example_is_kept_to_the_last_decimal() -> None:
    text = EXAMPLES.read_text("utf-8")
    assert written(examples_of(text)) + "\n" == text
    assert '"medfee_sumamt": 192.90' in text


def test_the_sandbox_answers_as_the_examples_say(city: City) -> None:
    assert record() == recorded(), "record them anew: tools/interface_pages.py --record"
