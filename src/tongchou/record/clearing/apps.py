from django.apps import AppConfig


class ClearingConfig(AppConfig):
    name = "tongchou.record.clearing"
    label = "clearing"
    verbose_name = "年度清算 clearing"

    def ready(self) -> None:
        from tongchou.record.clearing import months
        from tongchou.record.payment.opening import unsettling

        unsettling.connect(months.stay)
