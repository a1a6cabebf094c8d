#!/bin/sh
# Rewrites the lists of pinned packages after a change to the dependencies in pyproject.toml. It needs uv and a network.
# Pins that still fit stay; `sh scripts/lock.sh --upgrade` takes the newest versions instead.
set -eu
cd "$(dirname "$0")/.."

# For `pip install -c`, with all extras.
uv pip compile -q --universal --all-extras --no-header "$@" pyproject.toml -o requirements.lock

# For `pip install --require-hashes -r`, with what operators need and with the build backend.
hashed() {
    list=$1
    shift
    echo hatchling | uv pip compile -q --universal --generate-hashes --no-annotate --no-header \
        -c requirements.lock --extra postgres --extra sentry "$@" pyproject.toml - -o "$list"
}
hashed deploy/requirements.txt
hashed deploy/requirements-charts.txt --extra charts
hashed deploy/requirements-semantic.txt --extra charts --extra semantic
