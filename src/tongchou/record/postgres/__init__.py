"""The embedded PostgreSQL: its binaries, the account it runs as, and one cluster in one folder."""

from tongchou.record.postgres.cluster import Cluster
from tongchou.record.postgres.roles import DATABASE, OWNER, SERVICE

__all__ = ["DATABASE", "OWNER", "SERVICE", "Cluster"]
