"""The data dictionary tells what the models are."""

from pathlib import Path

import pytest
from django.apps import apps

from tongchou.record.project.dictionary import page

pytestmark = pytest.mark.usefixtures("record")
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "data-dictionary.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "write it anew: see its first comment"


def test_every_column_has_a_name_in_chinese() -> None:
    plain = [
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        if model.__module__.startswith("tongchou.record")
        for field in model._meta.local_concrete_fields
        if field.name != "id" and str(field.verbose_name).isascii() and not field.primary_key
    ]
    assert plain == []
