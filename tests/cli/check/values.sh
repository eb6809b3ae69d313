#!/bin/sh
# No report shows a value of the table unless asked to; rows, rules and the policy's own words stand there.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >safeguards.toml <<'END'
schema = 1
[check.mail]
table = "mail.csv"
[[check.mail.column]]
name = "address"
regex = "[a-z]+@example[.]org"
END
printf 'address\nada@example.org\nGrace.Hopper7@navy.mil\n' >mail.csv
set -- --format json=c.json --format md=c.md --format junit=c.xml --format github=c.github \
  --format gitlab=c.gitlab --format openmetrics=c.txt
expect_code 1 mlops check "$@"
contains "$out" "row 2 'xxxxx.xxxxxx#@xxxx.xxx'"
lacks "$out" Grace
for file in c.*; do
  lacks "$file" Grace navy
  contains "$file" address
done
contains c.json '"value": "xxxxx.xxxxxx#@xxxx.xxx"' '"row": 2'
expect_code 1 mlops check --show-values "$@"
contains "$out" "row 2 'Grace.Hopper7@navy.mil'"
contains c.json Grace.Hopper7@navy.mil
contains c.xml Grace.Hopper7@navy.mil
contains c.gitlab Grace.Hopper7@navy.mil
lacks c.txt Grace
