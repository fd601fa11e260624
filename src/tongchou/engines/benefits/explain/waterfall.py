"""The waterfall picture as inline SVG: the total fee, and what each payer takes from it down to the cash."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tongchou.engines.benefits.explain.model import Bar, Lang
from tongchou.engines.benefits.explain.words import money

WIDTH, ROW, BAR, PAD = 420, 50, 18, 4


def waterfall(bars: Sequence[Bar], lang: Lang) -> str:
    """Each bar ends where the one before it began; name and amount stand above it, so colour carries nothing alone."""
    total = bars[0].amount
    height = ROW * len(bars) + PAD
    title = "费用由谁付" if lang == "zh" else "Who pays the fee"
    colon, semicolon = (":", ";") if lang == "zh" else (": ", "; ")
    told = semicolon.join(f"{bar.label.of(lang)}{colon}{money(bar.amount)}" for bar in bars)
    rows = "".join(_row(bar, i, total, lang) for i, bar in enumerate(bars))
    return (
        f'<svg class="waterfall" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="w-title-{lang} w-desc-{lang}">'
        f'<title id="w-title-{lang}">{escape(title)}</title><desc id="w-desc-{lang}">{escape(told)}</desc>'
        f"{rows}</svg>"
    )


def _row(bar: Bar, index: int, total: int, lang: Lang) -> str:
    top = index * ROW + PAD
    span = WIDTH - 2 * PAD
    left, right = (_scaled(x, total, span) for x in (bar.start, bar.start + bar.amount))
    y = top + 22
    return (
        f'<g class="{bar.kind}"><text x="{PAD}" y="{top + 15}">{escape(bar.label.of(lang))}</text>'
        f'<text class="amount" x="{WIDTH - PAD}" y="{top + 15}">{money(bar.amount)}</text>'
        f'<rect class="track" x="{PAD}" y="{y}" width="{span}" height="{BAR}"/>'
        f'<rect x="{PAD + left}" y="{y}" width="{max(1, right - left)}" height="{BAR}"/></g>'
    )


def _scaled(fen: int, total: int, span: int) -> int:
    """Fen as whole units of the picture."""
    return fen * span // total if total else 0
