"""Tongchou runs a pooled medical insurance region whose rules are declared in a folder."""

__version__ = "0.1.0.dev0"
