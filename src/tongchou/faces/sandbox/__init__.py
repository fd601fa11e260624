"""A small city to try the interface on: two hospitals, a pharmacy, a dozen people and a catalogue, all invented."""

from tongchou.faces.sandbox.build import SHIPPED, City, build
from tongchou.faces.sandbox.opening import fitting, opened, table

__all__ = ["SHIPPED", "City", "build", "fitting", "opened", "table"]
