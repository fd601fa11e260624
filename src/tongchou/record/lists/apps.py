from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "tongchou.record.lists"
    label = "lists"
    verbose_name = "结算清单 lists"
