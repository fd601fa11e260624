"""The system of record: a Django project on PostgreSQL, one app for each domain; needs the extra `server`.

Commands write and queries read; the faces parse, authorise, call one of them and render. Nothing here speaks HTTP.
"""
