"""Batches: how much of what was settled in bulk is posted. Posting is for the command line, where the files are."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from tongchou.faces.api.acting import as_asker
from tongchou.record.settlement import queries
from tongchou.record.settlement.models import Batch

router = Router(tags=["batches"])


class BatchShown(Schema):
    """`digest` of the data and `pack` name the batch; of its `settlements` (`total` fen) so many are `posted`, the last
    of them at `last`."""

    id: int
    digest: str
    pack: str
    at: datetime
    settlements: int
    total: int
    posted: int
    last: datetime | None


@router.get("", response=list[BatchShown], summary="批量结算载入进度")
@as_asker
def batches(request: HttpRequest) -> list[Batch]:
    return queries.batches()
