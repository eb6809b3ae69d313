#!/bin/sh
# One screen of help for the whole, a group and a command, by -h and by help.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

expect_code 0 mlops -h
contains "$out" "mlops init" "mlops <command> -h: one screen"
expect_code 0 mlops data
contains "$out" "data add" "mlops data <verb> -h"
expect_code 0 mlops data add -h
contains "$out" "mlops data add: " "usage: mlops data add <path>..." "mlops data add --help: the manual"
cp "$out" "$scratch/screen"
expect_code 0 mlops help data add
cmp "$out" "$scratch/screen"
expect_code 0 mlops help --list
contains "$out" "data add" "version"
