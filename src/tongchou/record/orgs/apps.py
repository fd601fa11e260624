from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "tongchou.record.orgs"
    label = "orgs"
    verbose_name = "机构与用户 organisations"
