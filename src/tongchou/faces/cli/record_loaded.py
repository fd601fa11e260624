"""Imported: all that posting a year needs of the record. Processes are forked from one that has it.

No connection is opened, so no fork has that of another process.
"""

import django

from tongchou.faces.cli.lean import without_pandas
from tongchou.record.project.start import use_settings

without_pandas()
use_settings()
django.setup()

import tongchou.record.settlement.batch  # noqa: E402, F401 (there are models only once Django is set up)
