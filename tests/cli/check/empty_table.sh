#!/bin/sh
# A table of a header alone passes every rule about its values: it is a failure, unless a rule says that it may be.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
printf 'x,y\n' >t.csv
cat >safeguards.toml <<'END2'
schema = 1
[check.c]
table = "t.csv"
[[check.c.column]]
name = "x"
type = "int"
[[check.c.rule]]
kind = "duplicates"
END2
expect_code 1 mlops check
contains "$out" "FAIL  c" "rows" ">= 1" "the table is empty" "min = 0"
expect_code 1 mlops check --format junit
contains "$out" "<failure"
printf '[[check.c.rule]]\nkind = "rows"\nmin = 0\n' >>safeguards.toml
expect_code 0 mlops check
lacks "$out" "the table is empty"
