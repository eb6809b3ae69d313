#!/bin/sh
# ls -z prints raw names, each ended by a NUL byte; without it a newline in a name stays one line.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir data
name=$(printf 'a\nb')
echo 1 >"data/$name"
mlops data add data
expect_code 0 mlops data ls -z
printf 'data/a\nb\0' | cmp - "$out"
expect_code 0 mlops data ls
[ "$(wc -l <"$out")" -eq 1 ]
