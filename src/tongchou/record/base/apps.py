from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BaseConfig(AppConfig):
    name = "tongchou.record.base"
    label = "base"
    verbose_name = "基础 base"

    def ready(self) -> None:
        from tongchou.record.base.rights import after_migrate

        post_migrate.connect(after_migrate)
