from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tongchou.record.people"
    label = "people"
    verbose_name = "参保人 people"
