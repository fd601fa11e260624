from django.apps import AppConfig


class PaymentConfig(AppConfig):
    name = "tongchou.record.payment"
    label = "payment"
    verbose_name = "月结算 payment"

    def ready(self) -> None:
        from tongchou.record.payment.table import PURPOSE
        from tongchou.record.uploads.purposes import purpose

        purpose(PURPOSE)
