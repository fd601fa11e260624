"""What is checked in a settlement list: each check is a function of the list and of what the record knows."""

from tongchou.record.lists.checks.all import VERSION, check, is_warning

__all__ = ["VERSION", "check", "is_warning"]
