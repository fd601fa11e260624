"""Persons: who they are by which certificate, whom they live with, which categories, who employs them."""
