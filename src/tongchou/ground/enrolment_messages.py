"""Messages about enrolment and entitlement (E)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "E101": Entry(
        "本地区没有险种“{insurance}”",
        "the region has no insurance '{insurance}'",
        "用政策包的险种，或在地区目录里声明",
        "use a scheme of the pack, or declare it in the region folder",
    ),
}
