"""Work for later, kept in the same database and the same transaction as what asks for it.

Our own small door to procrastinate: `job` names a function as work, `later` asks for it, `work` does it.
"""

from tongchou.record.jobs.queue import job, later
from tongchou.record.jobs.worker import Worker, work

__all__ = ["Worker", "job", "later", "work"]
