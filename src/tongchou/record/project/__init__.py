"""The Django project: its settings, and how it is started."""
