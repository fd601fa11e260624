"""Whole tables between PostgreSQL and Arrow, which stand with what every app stands on."""

from tongchou.record.base.columns import numbers, read, write

__all__ = ["numbers", "read", "write"]
