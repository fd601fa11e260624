"""Looking at the record beside the interface."""

from tongchou.record.base.scope import system

LOOK = system("a test looks at what was recorded")
