"""Pictures as inline SVG. Bars stand in per cent of the page's width and letters keep their size, on any screen.

Every bar has its name and figure above it as text, so colour carries nothing alone; each picture has a title and a
description for those who cannot see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from unicodedata import east_asian_width

from tongchou.engines.benefits.explain.model import Lang
from tongchou.faces.report.model import Report
from tongchou.faces.report.words import NOT_STATED, WORDS, share, signed, word

_ROW, _BAR, _TEXT, _PAD = 42, 14, 16, 4  # pixels
_LEAST = 20  # hundredths of a per cent
_COLUMNS = 46  # characters across a narrow phone, with a gap
_MOST_LAYERS, _MOST_GROUPS = 14, 12


@dataclass(frozen=True)
class Bar:
    """A rectangle from `start` to `end` on the scale of its picture, in a colour of the style."""

    colour: str
    start: int
    end: int


@dataclass(frozen=True)
class Line:
    """A row of a picture: name on the left, figure on the right, below them the bars, `stacked` to be compared."""

    name: str
    figure: str
    bars: Sequence[Bar]
    stacked: bool = False


@dataclass(frozen=True)
class Scale:
    """From `low` at the left edge of the page to `high` at the right."""

    low: int
    high: int

    def at(self, value: int) -> int:
        """Hundredths of a per cent of the width."""
        return (value - self.low) * 10_000 // max(self.high - self.low, 1)


def draw(key: str, title: str, lines: Sequence[Line], scale: Scale) -> str:
    """The lines, each with a mark at nothing when the scale has two sides. `key` is unique in the page."""
    tops = list(accumulate((_ROW + _TEXT * _is_long(line) for line in lines), initial=_PAD))
    height = tops[-1]
    rows = "".join(_line(line, top, scale) for line, top in zip(lines, tops, strict=False))
    told = "; ".join(f"{line.name} {line.figure}" for line in lines)
    return (
        f'<svg width="100%" height="{height}" role="img" aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(told)}</desc>{rows}</svg>'
    )


def _line(line: Line, top: int, scale: Scale) -> str:
    second = top + _TEXT - 2 + _TEXT * _is_long(line)
    y = second + 7
    thick = _BAR // len(line.bars) if line.stacked else _BAR
    bars = "".join(_bar(bar, y + i * thick * line.stacked, thick, scale) for i, bar in enumerate(line.bars))
    zero = _pc(scale.at(0))
    axis = f'<line class="axis" x1="{zero}" x2="{zero}" y1="{y - 2}" y2="{y + _BAR + 2}"/>' if scale.low < 0 else ""
    return (
        f'<text x="0" y="{top + _TEXT - 2}">{escape(line.name)}</text>'
        f'<text class="end" x="100%" y="{second}">{escape(line.figure)}</text>'
        f'<rect class="track" x="0" y="{y}" width="100%" height="{_BAR}"/>{bars}{axis}'
    )


def _is_long(line: Line) -> bool:
    """Whether name and figure do not fit beside each other on a phone; the figure then has a line of its own."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in line.name + line.figure) > _COLUMNS


def _bar(bar: Bar, y: int, thick: int, scale: Scale) -> str:
    """What is not nothing is seen: at least a fifth of a per cent wide."""
    left, right = sorted((scale.at(bar.start), scale.at(bar.end)))
    wide = max(right - left, _LEAST if bar.start != bar.end else 0)
    left = min(left, 10_000 - wide)
    return f'<rect class="{bar.colour}" x="{_pc(left)}" y="{y}" width="{_pc(wide)}" height="{thick}"/>'


def _pc(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def figure(title: str, pictures: str, legend: Sequence[tuple[str, str]], caption: str = "") -> str:
    """Pictures under their title, with what their colours mean."""
    items = "".join(
        f'<li><svg width="14" height="14" aria-hidden="true"><rect class="{colour}" width="14" height="14"/></svg> '
        f"{escape(text)}</li>"
        for colour, text in legend
    )
    below = f"<p>{escape(caption)}</p>" if caption else ""
    return (
        f"<figure><h3>{escape(title)}</h3>{pictures}"
        f'<figcaption><ul class="legend">{items}</ul>{below}</figcaption></figure>'
    )


def fund_waterfall(report: Report, lang: Lang) -> str:
    """How the change of all funds comes about, layer by layer; each bar begins where the one before it ended."""
    zh = lang == "zh"
    moved = [
        (f"{row['scheme']} · {row['layer_name'] or word(row['layer'], lang)}", row["paid_change"])
        for row in report.sheets["layers"].dicts()
        if row["fund"] == "yes" and row["paid_change"]
    ]
    if not moved:
        return ""
    if len(moved) > _MOST_LAYERS:
        largest = sorted(moved, key=lambda one: -abs(one[1]))[: _MOST_LAYERS - 1]
        rest = sum(change for _, change in moved) - sum(change for _, change in largest)
        moved = [*(one for one in moved if one in largest), ("其余各层" if zh else "other layers", rest)]
    lines, edges, sofar = [], [0], 0
    for name, change in moved:
        bar = Bar("more" if change > 0 else "less", sofar, sofar + change)
        lines.append(Line(name, signed(change), [bar]))
        sofar += change
        edges.append(sofar)
    total = Bar("more" if sofar > 0 else "less", 0, sofar)
    lines.append(Line(WORDS["funds"].of(lang), signed(sofar), [total]))
    title = "各基金支付的变化(元)" if zh else "Change of what the funds pay (yuan)"
    legend = [("more", "多支付" if zh else "pays more"), ("less", "少支付" if zh else "pays less")]
    return figure(title, draw("layers", title, lines, Scale(min(edges), max(edges))), legend)


def change_histogram(report: Report, lang: Lang) -> str:
    """How many people's cash changes by how much."""
    zh = lang == "zh"
    lines = []
    rows = report.sheets["changes"].dicts()
    used = [i for i, row in enumerate(rows) if row["people"]]
    if not used:
        return ""
    for row in rows[used[0] : used[-1] + 1]:
        low, high = row["from"], row["to"]
        colour = "same" if low == high else "better" if high is not None and high <= 0 else "worse"
        lines.append(Line(_band(low, high, lang), f"{row['people']:,}", [Bar(colour, 0, row["people"])]))
    title = "每人一年现金变化的人数" if zh else "People by change of their yearly cash"
    legend = [("better", "减轻" if zh else "better off"), ("worse", "加重" if zh else "worse off")]
    legend.append(("same", "不变" if zh else "unchanged"))
    most = max(row["people"] for row in rows)
    return figure(title, draw("changes", title, lines, Scale(0, most)), legend)


def _band(low: int | None, high: int | None, lang: Lang) -> str:
    """A band of change in words: `少付 100–300 元`."""
    zh = lang == "zh"
    if low == high:
        return "不变" if zh else "unchanged"
    less = high is not None and high <= 0
    near, far = (high, low) if less else (low, high)
    said = f"{abs(near or 0) // 100:,}"
    said += (
        ("元以上" if zh else " yuan or more") if far is None else f"–{abs(far) // 100:,}" + (" 元" if zh else " yuan")
    )
    return f"{'少付' if less else '多付'} {said}" if zh else f"{said} {'less' if less else 'more'}"


def group_bars(report: Report, lang: Lang) -> str:
    """Of each group, what part is better off (to the right) and worse off (to the left)."""
    zh = lang == "zh"
    by_dimension: dict[str, list[dict[str, object]]] = {}
    for row in report.sheets["groups"].dicts():
        if row["dimension"] != "all":
            by_dimension.setdefault(str(row["dimension"]), []).append(row)
    drawn = []
    for dimension, rows in by_dimension.items():
        if len(rows) < 2:
            continue  # one group is everybody
        lines = [_group_line(row, lang) for row in _most(rows)]
        reach = max(max(abs(bar.start), abs(bar.end)) for line in lines for bar in line.bars) or 1
        head = f"<h4>{escape(WORDS[dimension].of(lang))}</h4>"
        drawn.append(head + draw(f"by-{dimension}", WORDS[dimension].of(lang), lines, Scale(-reach, reach)))
    if not drawn:
        return ""
    legend = [
        ("worse", "加重(向左)" if zh else "worse off (left)"),
        ("better", "减轻(向右)" if zh else "better off (right)"),
    ]
    caption = (
        "条长是组内人数的比例,同一分组之内比例尺相同;最右是人均现金变化(元)。"
        if zh
        else "Bars are shares of the people of a group, on one scale within a grouping; at the far right the mean "
        "change of cash in yuan."
    )
    return figure("各组减轻和加重的人" if zh else "Better and worse off, by group", "".join(drawn), legend, caption)


def _most(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """The groups with most people when there are too many to draw, in their order."""
    kept = sorted(rows, key=lambda row: -int(str(row["people"])))[:_MOST_GROUPS]
    return [row for row in rows if row in kept]


def _group_line(row: dict[str, object], lang: Lang) -> Line:
    people, better, worse, mean = (int(str(row[name])) for name in ("people", "better", "worse", "mean"))
    name = str(row["group"]) or NOT_STATED.of(lang)
    zh, en = "减轻 {:,} · 加重 {:,} · 共 {:,} 人", "{:,} better · {:,} worse · of {:,}"
    shown = f"{(zh if lang == 'zh' else en).format(better, worse, people)} · {signed(mean)}"
    return Line(
        name, shown, [Bar("worse", -(worse * 10_000 // people), 0), Bar("better", 0, better * 10_000 // people)]
    )


def share_bars(report: Report, lang: Lang) -> str:
    """How many people bear which share of their fee in cash, under A and under B."""
    rows = report.sheets["shares"].dicts()
    most = max((max(row["people_a"], row["people_b"]) for row in rows), default=0)
    if not most:
        return ""
    lines = []
    for row in rows:
        name = f"{share(row['above'])} – {share(row['upto'])}" if row["upto"] else share(0)
        bars = [Bar("a", 0, row["people_a"]), Bar("b", 0, row["people_b"])]
        lines.append(Line(name, f"{row['people_a']:,} → {row['people_b']:,}", bars, stacked=True))
    title = "现金占费用的比重(人数)" if lang == "zh" else "Cash as a share of the fee (people)"
    return figure(title, draw("shares", title, lines, Scale(0, most)), [("a", "A"), ("b", "B")])
