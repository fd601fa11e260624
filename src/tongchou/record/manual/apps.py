from django.apps import AppConfig


class ManualConfig(AppConfig):
    name = "tongchou.record.manual"
    label = "manual"
    verbose_name = "手工报销 manual"
