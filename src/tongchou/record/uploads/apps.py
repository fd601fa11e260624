from django.apps import AppConfig


class UploadsConfig(AppConfig):
    name = "tongchou.record.uploads"
    label = "uploads"
    verbose_name = "导入 uploads"
