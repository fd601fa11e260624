from django.apps import AppConfig


class StockConfig(AppConfig):
    name = "tongchou.record.stock"
    label = "stock"
    verbose_name = "进销存 stock"
