from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "tongchou.record.settlement"
    label = "settlement"
    verbose_name = "结算 settlement"
