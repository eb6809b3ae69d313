#!/bin/sh
# Every command of README.md that is fenced as sh does what the page says.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

[ -f "$top/README.md" ] || skip "there is no README.md yet"
/usr/bin/python3 -c 'import sklearn' 2>"$err" ||
  skip "python3-sklearn is not installed: sh third_party/install.sh example"
expect_code 0 python3 "$tests/cli/example/readme.py" "$top"
