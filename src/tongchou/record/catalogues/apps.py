from django.apps import AppConfig


class CataloguesConfig(AppConfig):
    name = "tongchou.record.catalogues"
    label = "catalogues"
    verbose_name = "目录 catalogues"

    def ready(self) -> None:
        from tongchou.record.catalogues import imports

        imports.add_all()
