#!/bin/sh
# ls -z prints raw names, each ended by a NUL byte; without it a newline in a name stays one line. JSON
# tells bytes that are no UTF-8 in hex.
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

mv "data/$name" "data/$(printf 'a\377')"
echo 2 >"data/$(printf 'a\376')"
mlops data add data
expect_code 0 mlops data ls --json
json '[(f["path"], f.get("path_hex")) for f in j["files"]] == [(r"data/a\xfe", "646174612f61fe"), (r"data/a\xff", "646174612f61ff")]'
