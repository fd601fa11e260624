from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "tongchou.record.ledger"
    label = "ledger"
    verbose_name = "基金账 ledger"
