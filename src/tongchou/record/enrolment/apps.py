from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "tongchou.record.enrolment"
    label = "enrolment"
    verbose_name = "参保 enrolment"
