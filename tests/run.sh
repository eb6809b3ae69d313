#!/bin/sh
# Installs what is missing, builds the `dev` preset and runs the tests.
#
#   sh tests/run.sh [ctest arguments]      such as: -R unit.store, -L lint, -LE tidy
#
# The last lines are ctest's summary. Tests that fail beside others run once more, one at a time; those that
# fail then too make the exit code, those that pass are named: they, or mlops, have a race.
set -eu

cd "$(dirname -- "$0")/.."
sh third_party/install.sh build test example bench browser
cmake --preset dev
cmake --build --preset dev
# Not part of every run: clang-tidy over the whole tree takes longer than everything else together, the mutants
# build the tree once more, and the peers of bench.check are four large environments of PyPI. Each runs by its own name: ctest --preset dev -R lint.tidy
echo "left out: lint.tidy, mutants.smoke and bench.check (too slow for every run)"
failed=build/dev/Testing/Temporary/LastTestsFailed.log
rm -f "$failed"
code=0
ctest --preset dev --parallel 2 --exclude-regex '^(lint\.tidy|mutants\.smoke|bench\.check)$' "$@" || code=$?
if [ ! -s "$failed" ]; then exit "$code"; fi
names=$(cut -d: -f2 "$failed" | tr '\n' ' ')
echo "once more, one at a time: $names"
if ! ctest --preset dev --rerun-failed --output-on-failure; then exit "$code"; fi
echo "failed beside others, passed alone, which is worth an issue: $names"
