"""Catalogues of drugs, services, consumables, diseases and supervision knowledge, version after version, and how the
items of a hospital map onto them."""
