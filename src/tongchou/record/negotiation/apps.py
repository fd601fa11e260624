from django.apps import AppConfig


class NegotiationConfig(AppConfig):
    name = "tongchou.record.negotiation"
    label = "negotiation"
    verbose_name = "总额指标 negotiation"
