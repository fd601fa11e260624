"""Every address of the server."""

from __future__ import annotations

from django.urls import include, path

from tongchou.faces.api import health, problems
from tongchou.faces.api.app import api

handler404 = problems.nowhere
urlpatterns = [
    path("alive", health.alive),
    path("ready", health.ready),
    path("metrics", health.metrics),
    path("api/", api.urls),
    path("", include("tongchou.faces.gateway.urls")),
]
