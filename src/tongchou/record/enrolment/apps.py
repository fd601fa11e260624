from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "tongchou.record.enrolment"
    label = "enrolment"
    verbose_name = "参保 enrolment"

    def ready(self) -> None:
        from tongchou.record.enrolment import deaths
        from tongchou.record.people.dying import died, taken_back

        died.connect(deaths.lapse)
        taken_back.connect(deaths.go_on)
