"""A year that was settled in bulk becomes part of the record, as if it had been settled at the counter.

Doors: `post_batch`, `read_known`; and for processes that share the work `Run` over a `Year`, which is `known_of` its
people, and `Part`, what one of them does.
"""

from tongchou.record.settlement.batch.known import Known, known_of, read_known
from tongchou.record.settlement.batch.posting import Part, Posted, Run, post_batch
from tongchou.record.settlement.batch.reading import Year

__all__ = ["Known", "Part", "Posted", "Run", "Year", "known_of", "post_batch", "read_known"]
