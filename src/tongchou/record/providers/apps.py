from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    name = "tongchou.record.providers"
    label = "providers"
    verbose_name = "医药机构 providers"

    def ready(self) -> None:
        from tongchou.record.providers.importing import PURPOSES
        from tongchou.record.uploads.purposes import purpose

        for one in PURPOSES:
            purpose(one)
