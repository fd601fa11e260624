from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    name = "tongchou.record.contributions"
    label = "contributions"
    verbose_name = "缴费 contributions"

    def ready(self) -> None:
        from tongchou.record.contributions.payroll import PURPOSE
        from tongchou.record.uploads.purposes import purpose

        purpose(PURPOSE)
