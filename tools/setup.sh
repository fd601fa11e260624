#!/bin/sh
# Make .venv from the lock, with tongchou in it; do nothing when nothing changed.
# Needs only a Python of at least 3.11 with venv.
set -eu
cd "$(dirname "$0")/.."

stamp=.venv/.tongchou-stamp
lock_sum=$(cksum < requirements.lock)
# A virtual environment does not survive being moved, so the place counts as part of the lock.
want_lock="$lock_sum $(pwd)"
want_project=$(cat pyproject.toml tools/setup.sh | cksum)

have_lock=
have_project=
if [ -f "$stamp" ]; then
    have_lock=$(sed -n 1p "$stamp")
    have_project=$(sed -n 2p "$stamp")
fi
[ "$have_lock" = "$want_lock" ] && [ "$have_project" = "$want_project" ] && exit 0

find_python() {
    # A name on PATH may be a launcher without an interpreter behind it, so each candidate is asked.
    for name in "${PYTHON:-python3.11}" python3 python3.12 python3.13 python3.14 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    echo "setup: no Python of at least 3.11 on PATH; on Debian: apt install python3 python3-venv" >&2
    exit 1
}

pip() {
    .venv/bin/python -m pip --disable-pip-version-check --no-input "$@"
}

if [ "$have_lock" != "$want_lock" ]; then
    # From nothing, so that a package that left the lock leaves the environment too.
    python=$(find_python)
    if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        echo "setup: $python cannot make a virtual environment; on Debian: apt install python3-venv" >&2
        exit 1
    fi
    echo "setup: making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
    pip install --quiet --require-hashes -r requirements.lock
fi

# The build backend comes from the lock: nothing is fetched here.
echo "setup: installing tongchou in place"
pip install --quiet --no-deps --no-build-isolation --no-index -e .

printf '%s\n%s\n' "$want_lock" "$want_project" > "$stamp"
