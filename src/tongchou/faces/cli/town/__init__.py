"""The town of `tongchou demo`: the first people of the drawn city, enrolled and charged in a system of record."""

from tongchou.faces.cli.town.run import run_town

__all__ = ["run_town"]
