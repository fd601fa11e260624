from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "tongchou.record.exchange"
    label = "exchange"
    verbose_name = "接口往来 exchange"
