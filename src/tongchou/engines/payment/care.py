"""Care that hangs on whom a person is signed with (签约) holds at that institution alone."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tongchou.engines.payment.columns import Words, words
from tongchou.engines.payment.rules import Rules
from tongchou.ground.region.care_kinds import Cares


def held(rules: Rules, records: pa.Table, care: Words, institutions: Words) -> Words:
    """The care of each settlement; none where it is declared to hold for those signed with the institution, and the
    table says that the person is signed with another. Where the table says nothing of it, its care is as it stands."""
    said = rules.get("care", Cares)
    asking = tuple(one.word for one in said.cares if one.signed is not None) if said is not None else ()
    asked = care.among(asking)
    if not asked.any():
        return care
    chosen = words(records["signed_with"])
    known = {word: code for code, word in enumerate(institutions.words)}
    at = np.array([known.get(word, -1) for word in chosen.words], dtype=np.int64)[chosen.codes]
    elsewhere = asked & ~chosen.among(("",)) & (at != institutions.codes)
    if not elsewhere.any():
        return care
    named = care.words if "" in care.words else ("", *care.words)
    place = np.array([named.index(word) for word in care.words], dtype=np.int64)
    return Words(named, np.where(elsewhere, named.index(""), place[care.codes]))
