"""Migrations of the negotiation about quotas."""
