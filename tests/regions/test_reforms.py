"""The shipped reforms: each loads over its region, and lint finds nothing wrong in it."""

import pytest

from tongchou.engines.benefits.compare import load_patch
from tongchou.ground.lint import lint
from tongchou.ground.shipped import regions_dir, shipped_reforms

OF = {"ninghe-hospital": "ninghe", "jiangmen-caps-2013": "jiangmen-2012"}


def test_each_reform_has_its_region() -> None:
    assert set(shipped_reforms()) == set(OF)


@pytest.mark.parametrize("name", OF)
def test_a_reform_is_sound(name: str) -> None:
    pack = load_patch(regions_dir() / OF[name], shipped_reforms()[name])
    # A patch brings no cases, so the decisions of the region name cases that are not there.
    assert [p.text("en") for p in lint(pack) if p.severity == "error" and p.code != "L271"] == []
