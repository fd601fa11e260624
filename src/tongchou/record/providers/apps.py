from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    name = "tongchou.record.providers"
    label = "providers"
    verbose_name = "医药机构 providers"
