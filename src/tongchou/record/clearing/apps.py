from django.apps import AppConfig


class ClearingConfig(AppConfig):
    name = "tongchou.record.clearing"
    label = "clearing"
    verbose_name = "年度清算 clearing"
