"""Django's settings; everything that differs between servers comes from the environment."""

from __future__ import annotations

import os

from tongchou.record.project import places
from tongchou.record.project.database import databases
from tongchou.record.project.site_key import site_key

DEBUG = False
SECRET_KEY = site_key(places.keys())
ALLOWED_HOSTS = os.environ.get("TONGCHOU_HOSTS", "localhost 127.0.0.1 [::1]").split()
KEYS = places.keys()
AUDIT_HEAD = places.audit_head()
DATABASES = databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "tongchou.record.audit",
    "tongchou.record.orgs",
    "tongchou.record.people",
    "tongchou.record.enrolment",
    "tongchou.record.accounts",
    "tongchou.record.ledger",
    "tongchou.record.contributions",
    "tongchou.record.packs",
    "tongchou.record.filings",
    "tongchou.record.uploads",
    "tongchou.record.providers",
    "tongchou.record.catalogues",
    "tongchou.record.visits",
    "tongchou.record.settlement",
    "tongchou.record.disbursement",
    "tongchou.record.matching",
    "tongchou.record.manual",
    "tongchou.record.exchange",
    "tongchou.record.stock",
    "tongchou.record.lists",
    "tongchou.record.payment",
    "tongchou.record.clearing",
    "tongchou.record.negotiation",
    "tongchou.record.base",
]

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = "tongchou.record.jobs.queue.add_jobs"

AUTH_USER_MODEL = "orgs.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
MIDDLEWARE = [
    "tongchou.faces.api.watching.watching",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tongchou.faces.api.problems.other_method",
]
ROOT_URLCONF = "tongchou.faces.api.urls"
WSGI_APPLICATION = "tongchou.record.project.wsgi.application"
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
APPEND_SLASH = False

# What a client sends is read up to here; files have a limit of their own where they are taken.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
