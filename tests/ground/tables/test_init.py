"""The doors of the room."""

import subprocess
import sys

import pytest

import tongchou.ground.tables as room


def test_every_door_opens() -> None:
    for name in room.__all__:
        assert getattr(room, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'door'"):
        _ = room.door


def test_looking_at_the_definitions_does_not_load_arrow() -> None:
    look = "import sys, tongchou.ground.errors, tongchou.ground.tables as room; room.read_tables"
    code = f"{look}; assert 'pyarrow' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
