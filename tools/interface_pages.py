"""The pages of the interface in the documentation, written anew: from the tables, the handlers and the examples.

With `--record` the examples, too: the cases of `tongchou his --conform` are played in a sandbox whose clock stands
still.
"""

import sys
from datetime import date
from pathlib import Path

from tongchou.record.project.start import use_settings

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs" / "reference" / "interface"
DAY = date(2026, 3, 20)
"""The day on which the sandbox is opened, as in the tests."""


def main(words: list[str]) -> int:
    use_settings()
    if "--record" in words:
        _record()
    else:
        import django

        django.setup()
    from tongchou.faces.gateway.pages import pages

    made = pages()
    PAGES.mkdir(exist_ok=True)
    for old in PAGES.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (PAGES / name).write_text(text, "utf-8")
    print(f"{PAGES.relative_to(ROOT)}: {len(made)} pages")
    return 0


def _record() -> None:
    from tongchou.faces.sandbox.opening import opened

    with opened(None, print, DAY):
        from tongchou.faces.gateway.pages import EXAMPLES, written
        from tongchou.faces.his.recording import record

        EXAMPLES.write_text(written(record()) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
