from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    name = "tongchou.record.contributions"
    label = "contributions"
    verbose_name = "缴费 contributions"
