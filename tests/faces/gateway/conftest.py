"""A city with the institutions, people and items of `region/`, made once for all tests of this folder."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from tests.faces.gateway.hospital import Hospital
from tests.record.conftest import own_database, record, server
from tests.record.undone import in_what_was_built
from tongchou.faces.sandbox import City, build
from tongchou.ground.shipped import regions_dir
from tongchou.record.base import clock
from tongchou.record.postgres import Cluster

__all__ = ["own_database", "record", "server"]
HERE = Path(__file__).parent
TODAY = date(2026, 3, 20)


def ninghe_as(code: str, folder: Path) -> Path:
    """Ninghe under the code of another region."""
    copytree(regions_dir() / "ninghe", folder)
    file = folder / "region.yaml"
    text = file.read_text("utf-8")
    assert 'code: "999900"' in text
    file.write_text(text.replace('code: "999900"', f'code: "{code}"'), "utf-8")
    return folder


@pytest.fixture(scope="module")
def made(server: Cluster, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[City]:
    """The city, built once for all modules; its code is the module's REGION."""
    code = getattr(request.module, "REGION", "430100")

    def city() -> City:
        return build(HERE / "region", ninghe_as(code, tmp_path_factory.mktemp("region") / "city"), code, TODAY)

    with in_what_was_built(server, f"city {code}", city) as found:
        yield found


@pytest.fixture
def city(made: City, settings_open: None) -> Iterator[City]:
    """The city as it was made; what a test does is undone."""
    from django.db import transaction

    with clock.at(TODAY):
        point = transaction.savepoint()
        yield made
        transaction.savepoint_rollback(point)


@pytest.fixture
def settings_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Institutions without a key are believed, as with `serve --sandbox`."""
    from django.conf import settings

    monkeypatch.setattr(settings, "GATEWAY_OPEN", True, raising=False)


@pytest.fixture
def hospital(city: City) -> Hospital:
    return Hospital("H43010000001", "430100")


@pytest.fixture
def pharmacy(city: City) -> Hospital:
    return Hospital("P43010000001", "430100")
