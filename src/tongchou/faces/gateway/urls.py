"""The layouts under which institutions' software looks for the platform."""

from __future__ import annotations

from django.urls import path

from tongchou.faces.gateway.tokens import issue
from tongchou.faces.gateway.views import receive

urlpatterns = [
    path("auth/oauth/token", issue),
    path("fsi/api/<path:path>", receive),
    path("mbs/<path:path>", receive),
    path("ebus/<str:account>/fsi/api/<path:path>", lambda request, account, path: receive(request, path)),
]
