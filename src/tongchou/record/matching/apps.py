from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "tongchou.record.matching"
    label = "matching"
    verbose_name = "对账 matching"
