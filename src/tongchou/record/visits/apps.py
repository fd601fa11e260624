from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "tongchou.record.visits"
    label = "visits"
    verbose_name = "就诊 visits"
