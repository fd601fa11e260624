"""Packs in force: a region's declarations, stored under their hash and activated by a second person."""
