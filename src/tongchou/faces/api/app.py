"""The one API, put together from a router for each domain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tongchou import __version__
from tongchou.faces.api import (
    accounts,
    agreements,
    batches,
    catalogues,
    clearing_years,
    contribution_audit,
    contributions,
    disbursement,
    employers,
    enrolment,
    entitlement,
    exchange,
    exits,
    filings,
    late_fees,
    ledger,
    lists,
    manual,
    matching,
    month_statements,
    months,
    orgs,
    packs,
    pay_outs,
    people,
    providers,
    quotas,
    settlement,
    signing_in,
    supervision,
    supplements,
    trail,
    uploads,
    visits,
)
from tongchou.faces.api.problems import document, refused
from tongchou.faces.api.who import ByCookie, ByToken
from tongchou.ground.errors import ProblemError

api = NinjaAPI(
    title="统筹 Tongchou",
    version=__version__,
    description="医保统筹区业务接口 || the interface of a pooled medical-insurance region",
    auth=[ByToken(), ByCookie()],
    docs_url=None,
    urls_namespace="api",
)
ROUTERS: dict[str, Router] = {
    "/session": signing_in.router,
    "/organisations": orgs.router,
    "/persons": people.router,
    "/enrolment": enrolment.router,
    "/entitlement": entitlement.router,
    "/packs": packs.router,
    "/trail": trail.router,
    "/contributions": contributions.router,
    "/contribution-audit": contribution_audit.router,
    "/late-fees": late_fees.router,
    "/employers": employers.router,
    "/months": months.router,
    "/accounts": accounts.router,
    "/pay-outs": pay_outs.router,
    "/filings": filings.router,
    "/providers": providers.router,
    "/agreements": agreements.router,
    "/visits": visits.router,
    "/settlements": settlement.router,
    "/batches": batches.router,
    "/manual-claims": manual.router,
    "/supplements": supplements.router,
    "/settlement-lists": lists.router,
    "/exit-applications": exits.router,
    "/uploads": uploads.router,
    "/catalogues": catalogues.router,
    "/ledger": ledger.router,
    "/payments": disbursement.router,
    "/matching": matching.router,
    "/month-statements": month_statements.router,
    "/clearing-years": clearing_years.router,
    "/quotas": quotas.router,
    "/exchange": exchange.router,
    "/supervision": supervision.router,
}
for _path, _router in ROUTERS.items():
    api.add_router(_path, _router)


@api.exception_handler(ProblemError)
def _refused(request: HttpRequest, error: ProblemError) -> HttpResponse:
    return refused(request, error)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return document(401, type="urn:tongchou:problem:A106", title="没有登录，或登录已经失效", detail="not signed in")


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [{"where": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors]
    return document(422, type="urn:tongchou:problem:malformed", title="请求的内容不合要求", fields=fields)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return document(error.status_code, type="about:blank", title=str(error))


def _too_big(request: HttpRequest, error: Exception) -> HttpResponse:
    return document(413, type="about:blank", title="请求太大")


def _suspicious(request: HttpRequest, error: Exception) -> HttpResponse:
    return document(400, type="about:blank", title="请求不合要求")


_HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    RequestDataTooBig: _too_big,
    SuspiciousOperation: _suspicious,
}
for _error, _handler in _HANDLERS.items():
    api.add_exception_handler(_error, _handler)
