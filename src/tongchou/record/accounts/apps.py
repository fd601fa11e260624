from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "tongchou.record.accounts"
    label = "accounts"
    verbose_name = "个人账户 accounts"
