"""Organisations and access: agencies on five levels, providers, employers; users, roles, elevation, sessions."""
