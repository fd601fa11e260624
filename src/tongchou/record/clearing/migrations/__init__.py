"""Migrations of the clearing year."""
