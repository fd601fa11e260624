from django.apps import AppConfig


class DisbursementConfig(AppConfig):
    name = "tongchou.record.disbursement"
    label = "disbursement"
    verbose_name = "拨付 disbursement"
