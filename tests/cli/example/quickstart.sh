#!/bin/sh
# The example of the README runs to its end with this executable, and removes nothing that it did not make.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

/usr/bin/python3 -c 'import sklearn' 2>"$err" ||
  skip "python3-sklearn is not installed: sh third_party/install.sh example"
work=$TMPDIR/mlops-quickstart-$(id -u)
mkdir "$work"
echo mine >"$work/file"
expect_code 1 sh "$top/examples/quickstart/run.sh"
contains "$err" "quickstart: $work is not what an earlier run made"
[ -f "$work/file" ]

# What an earlier run made goes.
: >"$work/made-by-quickstart"
expect_code 0 sh "$top/examples/quickstart/run.sh"
[ ! -e "$work/file" ]
contains "$out" '$ mlops diff model-v1 model-v2' "quickstart: done: accuracy rose from .8732 to .9120"
# The README shows rows of the table that is printed here.
python3 "$tests/cli/example/readme_table.py" "$top/README.md" "$out" >&3
sed 's/0\.0790/0.0791/' "$top/README.md" >README.md
if python3 "$tests/cli/example/readme_table.py" README.md "$out" >"$err" 2>&1; then
  fail "a wrong figure in the README went unnoticed"
fi
[ -s "$(sed -n 's/^quickstart: done: .*; report: //p' "$out")" ]
