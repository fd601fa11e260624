"""A process of its own that works on the record, and that dies at one statement of it as if it had been killed."""

import os
import signal
from collections.abc import Callable
from datetime import date

from tests.record.contributions.stage import doing_everything
from tests.record.statements import each_statement
from tongchou.record.base import clock
from tongchou.record.base.pipeline import Pipeline
from tongchou.record.project.start import hang_up

NEVER = 10**9


def begin(work: Callable[[], object], day: date, until: int = NEVER) -> int:
    """The number of a process that does the work on a day, killed when it is about to send statement `until`, counted
    from 1; where several go together, those before it are under way."""
    hang_up()
    child = os.fork()
    if child:
        return child
    sent = 0

    def die_in_time(_: str, others: Pipeline | None) -> None:
        nonlocal sent
        sent += 1
        if sent == until:
            if others is not None:
                _cut(others)
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        with clock.at(day), doing_everything(), each_statement(die_in_time):
            work()
        os._exit(0)
    finally:
        os._exit(1)


def _cut(pipeline: Pipeline) -> None:
    """Send what there is so far, and never the end of it."""
    pipeline._pgconn.enter_pipeline_mode()
    for send, *given in pipeline._commands:
        send(*given)
    pipeline._pgconn.send_flush_request()
    pipeline._pgconn.flush()


def finished(child: int) -> bool:
    """Whether the process came to its end; False where it was killed. An error of its own fails the test."""
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return not os.WIFSIGNALED(status)


def killed(work: Callable[[], object], day: date, until: int = NEVER) -> bool:
    """Whether the work was killed at this statement; it came to its end before where it was not."""
    return not finished(begin(work, day, until))
