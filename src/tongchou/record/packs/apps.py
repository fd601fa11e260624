from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "tongchou.record.packs"
    label = "packs"
    verbose_name = "政策包 packs"
