"""The documentation: Markdown, one HTML site, made without the network; `make docs` treats a warning as an error."""

import logging

import tongchou

project = "Tongchou 统筹"
author = "The Tongchou authors"
copyright = "2026, the Tongchou authors"  # noqa: A001 — Sphinx's word for it
version = release = tongchou.__version__
language = "en"

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["**/_*"]

myst_enable_extensions = ["colon_fence", "deflist"]
# A heading can be linked to as page.md#its-words.
myst_heading_anchors = 4

# A section lists whatever pages it holds. An empty one is not wrong, only young, and Sphinx gives this warning no type
# by which `suppress_warnings` could name it.
logging.getLogger("sphinx.sphinx.directives.other").addFilter(lambda record: "toctree glob" not in str(record.msg))

html_theme = "furo"
html_title = project
html_copy_source = False
html_show_sphinx = False
