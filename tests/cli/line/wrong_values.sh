#!/bin/sh
# A flag without its value, or with a wrong one, is named with what it takes.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
for command in status run diff; do
  expect_code 2 mlops "$command" -j 0
  error_says "--jobs wants at least 1, not 0" "leave -j out to use all processors"
done
expect_code 2 mlops run -j
error_says "--jobs wants a value: <n>" "mlops run -h"
expect_code 2 mlops run --jobs
error_says "--jobs wants a value: <n>" "mlops run -h"
expect_code 2 mlops -C
error_says "-C wants a value: <dir>" "mlops -h"
expect_code 2 mlops run -j many
error_says "--jobs wants a number, not 'many'" "such as --jobs 4"
expect_code 2 mlops run -j -1
contains "$err" "--jobs wants a "
expect_code 2 mlops status --color=blue
error_says "--color takes auto | always | never, not 'blue'" "such as --color auto"
expect_code 2 mlops data add
error_says "wants a <path>" "mlops data add <path>..."
expect_code 2 mlops status surplus
error_says "does not take 'surplus'" "mlops status"
expect_code 2 mlops diff a b c
error_says "does not take 'c'" "mlops diff [<old>] [<new>]"

# A switch with a value is refused: '--force=no' must never force.
expect_code 2 mlops data checkout --force=no
contains "$err" "'--force' takes no value"

# An empty variable of a script must not mean every stage.
expect_code 2 mlops run --no-cache=
error_says "--no-cache= wants a value" "leave the '=' out"
