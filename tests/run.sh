#!/bin/sh
# Installs what is missing, builds the `dev` preset and runs the tests.
#
#   sh tests/run.sh [ctest arguments]      such as: -R unit.store, -L lint, -LE tidy
#
# The last lines are ctest's summary, and the exit code is ctest's.
set -eu

cd "$(dirname -- "$0")/.."
sh third_party/install.sh build test example bench browser
cmake --preset dev
cmake --build --preset dev
# Not part of every run: clang-tidy over the whole tree takes longer than everything else together, and the
# mutants build the tree once more. Each runs by its own name: ctest --preset dev -R lint.tidy
echo "left out: lint.tidy and mutants.smoke (too slow for every run)"
exec ctest --preset dev --parallel 2 --exclude-regex '^(lint\.tidy|mutants\.smoke)$' "$@"
