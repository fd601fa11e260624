"""A year that was settled in bulk becomes part of the record, as if it had been settled at the counter.

Doors: `post_batch`, `read_known`, and `Run` for processes that share the work.
"""

from tongchou.record.settlement.batch.known import Known, read_known
from tongchou.record.settlement.batch.posting import Posted, Run, post_batch

__all__ = ["Known", "Posted", "Run", "post_batch", "read_known"]
