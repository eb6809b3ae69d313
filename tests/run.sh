#!/bin/sh
# Installs what is missing, builds the `dev` preset and runs every test.
#
#   sh tests/run.sh [ctest arguments]      such as: -R unit.store, -L lint, -LE tidy
#
# The last lines are ctest's summary, and the exit code is ctest's.
set -eu

cd "$(dirname -- "$0")/.."
sh third_party/install.sh build test example
cmake --preset dev
cmake --build --preset dev
exec ctest --preset dev --parallel 2 "$@"
