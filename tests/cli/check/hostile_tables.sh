#!/bin/sh
# Tables that nobody meant: no rows, no header, one row, a doubled column, all null, a huge cell, bytes that
# are no text. Each ends with a verdict or a message that names the file.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >safeguards.toml <<'END'
schema = 1
[check.c]
table = "t.csv"
label = "y"
key = ["id"]
baseline = "b.csv"
[[check.c.column]]
name = "x"
type = "string"
nullable = 0.5
regex = "(a|b)*c?"
max_length = 10
unique = true
[[check.c.rule]]
kind = "duplicates"
[[check.c.rule]]
kind = "conflicts"
[[check.c.rule]]
kind = "imbalance"
[[check.c.rule]]
kind = "new_labels"
[[check.c.rule]]
kind = "drift"
max = 0.1
[[check.c.rule]]
kind = "leakage"
against = "b.csv"
END
printf 'id,x,y\n1,a,0\n2,b,1\n' >b.csv
check() { expect_code "$1" mlops check --json; }
: >t.csv && check 2
contains "$err" "t.csv"
printf 'id,x,y\n' >t.csv && check 1
json '{r["verdict"] for r in j["checks"][0]["rules"] if r["rule"] != "rows"} == {"insufficient"}'
printf 'id,x,y\n9,c,1\n' >t.csv && check 0
printf 'id,x,x\n1,2,3\n' >t.csv && check 2
contains "$err" "t.csv" "x"
printf 'id,x,y\n7,,\n8,,\n' >t.csv && check 1
json '[r for r in j["checks"][0]["rules"] if r["rule"] == "null_share"][0]["value"] == 1'
printf 'other\n1\n' >t.csv && check 1
json '[r for r in j["checks"][0]["rules"] if r["rule"] == "key"][0]["reason"] == "there is no column \u0027id\u0027"'
awk 'BEGIN { printf "id,x,y\n5,"; for (i = 0; i < 1000000; ++i) printf "a"; print ",1" }' >t.csv && check 1
[ "$(wc -c <"$out")" -lt 20000 ]
printf 'id,x,y\n5,\377,1\n' >t.csv && check 2
printf 'id,x,y\n5,\033[2J,1\n' >t.csv && expect_code 1 mlops check --show-values
lacks "$out" "$(printf '\033')"
mkfifo pipe.csv && expect_code 2 mlops check pipe.csv --use c
expect_code 2 mlops check . --use c
