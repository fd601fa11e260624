from django.apps import AppConfig


class FilingsConfig(AppConfig):
    name = "tongchou.record.filings"
    label = "filings"
    verbose_name = "备案 filings"
