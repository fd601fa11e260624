"""From a declared fact to its citation: document, place, what it says, and our own readings of that article."""

from __future__ import annotations

from collections.abc import Iterable

from tongchou.engines.benefits.explain.model import Citation, Reading
from tongchou.engines.benefits.numbers import Use
from tongchou.ground.region.pack import Declared, Pack


class Citer:
    """Makes the citations of one explanation and remembers which of our readings they touch."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack

    def of(self, *facts: Declared | None) -> tuple[Citation, ...]:
        """The articles of these facts, each once."""
        return tuple(dict.fromkeys(self._make(f.source, f.cite, f.says) for f in facts if f is not None))

    def of_use(self, use: Use) -> tuple[Citation, ...]:
        """The article of the cell that was used: a re-set cell is another article's, and comes first."""
        own = self.of(use.fact)
        reset = tuple(self._make(*self._split(cite), "") for _, _, cite in use.cells if cite is not None)
        return tuple(dict.fromkeys((*reversed(reset), *own)))

    def of_uses(self, uses: Iterable[Use]) -> tuple[Citation, ...]:
        return tuple(dict.fromkeys(c for use in uses for c in self.of_use(use)))

    def readings(self, citations: Iterable[Citation]) -> tuple[Reading, ...]:
        """Our readings of the articles named, in the order of the decisions file."""
        named = {name for citation in citations for name in citation.decisions}
        return tuple(
            Reading(name, d.cite or "", d.question, d.chosen, d.why)
            for name, d in self.pack.decisions.items()
            if name in named
        )

    def _split(self, cite: str) -> tuple[str, str]:
        """The document's key and the place in it, from `key place`; keys themselves have no blank."""
        source, _, place = cite.partition(" ")
        return source, place

    def _make(self, source: str, cite: str, says: str) -> Citation:
        document = self.pack.sources[source]
        decisions = tuple(name for name, d in self.pack.decisions.items() if d.cite == cite)
        return Citation(source, document.title, document.number, cite, says, decisions)


def main_citation(citations: Iterable[Citation]) -> Citation | None:
    """The article most steps rest on; the earliest of those named as often."""
    found: dict[tuple[str, str], list[Citation]] = {}
    for citation in citations:
        found.setdefault((citation.source, citation.cite), []).append(citation)
    return max(found.values(), key=len)[0] if found else None
