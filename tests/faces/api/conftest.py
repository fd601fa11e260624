from tests.record.conftest import own_database, record, server

__all__ = ["own_database", "record", "server"]
