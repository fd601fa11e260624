"""The waterfall picture as inline SVG: the total fee, and what each payer takes from it down to the cash."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tongchou.engines.benefits.explain.model import Bar, Lang, Text
from tongchou.engines.benefits.explain.words import money

ROW, BAR, PAD = 50, 18, 4
_COLOURS = {
    "fund": Text("基金支付", "paid by a fund"),
    "account": Text("个人账户支付", "paid from a personal account"),
    "hospital": Text("医院负担", "borne by the hospital"),
    "cash": Text("个人现金", "paid in cash"),
}


def waterfall(bars: Sequence[Bar], lang: Lang) -> str:
    """Each bar ends where the one before it began; name and amount stand above it, so colour carries nothing alone.

    Bars are placed in per cent of whatever width the page has; letters keep their size.
    """
    total = bars[0].amount
    height = ROW * len(bars) + PAD
    title = "费用由谁付" if lang == "zh" else "Who pays the fee"
    colon, semicolon = (":", ";") if lang == "zh" else (": ", "; ")
    told = semicolon.join(f"{bar.label.of(lang)}{colon}{money(bar.amount)}" for bar in bars)
    rows = "".join(_row(bar, i, total, lang) for i, bar in enumerate(bars))
    return (
        f'<figure><svg class="waterfall" width="100%" height="{height}" role="img" '
        f'aria-labelledby="w-title-{lang} w-desc-{lang}">'
        f'<title id="w-title-{lang}">{escape(title)}</title><desc id="w-desc-{lang}">{escape(told)}</desc>'
        f"{rows}</svg>{_legend(bars, lang)}</figure>"
    )


def _row(bar: Bar, index: int, total: int, lang: Lang) -> str:
    top = index * ROW + PAD
    y = top + 22
    left, width = _per_cent(bar.start, total), _per_cent(bar.amount, total, 10)
    return (
        f'<g class="{bar.kind}"><text x="0" y="{top + 15}">{escape(bar.label.of(lang))}</text>'
        f'<text class="amount" x="100%" y="{top + 15}">{money(bar.amount)}</text>'
        f'<rect class="track" x="0" y="{y}" width="100%" height="{BAR}"/>'
        f'<rect x="{left}" y="{y}" width="{width}" height="{BAR}"/></g>'
    )


def _legend(bars: Sequence[Bar], lang: Lang) -> str:
    """Which colour is whose money, of the colours that the picture shows."""
    shown = {bar.kind for bar in bars}
    items = "".join(
        f'<li class="{kind}"><svg class="key" width="14" height="14" aria-hidden="true">'
        f'<rect width="14" height="14"/></svg> {text.of(lang)}</li>'
        for kind, text in _COLOURS.items()
        if kind in shown
    )
    return f'<figcaption><ul class="legend">{items}</ul></figcaption>'


def _per_cent(fen: int, total: int, least: int = 0) -> str:
    """A share of the width with two decimals, rounded down; `least` hundredths so that a small amount is seen."""
    share = max(least, fen * 10_000 // total) if fen else 0
    return f"{share // 100}.{share % 100:02d}%"
