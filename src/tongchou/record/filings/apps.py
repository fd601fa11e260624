from django.apps import AppConfig


class FilingsConfig(AppConfig):
    name = "tongchou.record.filings"
    label = "filings"
    verbose_name = "备案 filings"

    def ready(self) -> None:
        from tongchou.record.filings.importing import PURPOSE
        from tongchou.record.uploads.purposes import purpose

        purpose(PURPOSE)
