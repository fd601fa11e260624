#!/bin/sh
# Write requirements.lock anew: every dependency and extra, with hashes, for any Python from 3.11 on.
# The only script that needs uv; whoever uses the lock needs pip alone.
set -eu
cd "$(dirname "$0")/.."

command -v uv >/dev/null || { echo "lock: uv is not on PATH" >&2; exit 1; }

# Neither addresses nor places may appear in the lock: it must hold wherever it is used.
{
    echo "# Made by 'make lock' from pyproject.toml; do not edit."
    uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --fork-strategy fewest \
        --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet "$@"
} > requirements.lock.new
mv requirements.lock.new requirements.lock
