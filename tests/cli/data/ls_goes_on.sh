#!/bin/sh
# A data set that cannot be listed hides no other; it is named with what mends it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
for name in a b c d; do echo "$name" >"$name.txt"; done
mlops data add a.txt b.txt c.txt d.txt
expect_code 0 mlops data ls
rm b.txt.mlops
expect_code 2 mlops data ls
equals "$out" "2	a.txt
2	c.txt
2	d.txt"
error_says "'b.txt': the pointer is deleted in the work tree" "git checkout -- b.txt.mlops"
echo nonsense >c.txt.mlops
expect_code 2 mlops data ls --json
json '[f["path"] for f in j["files"]] == ["a.txt", "d.txt"]'
contains "$err" "c.txt.mlops:1"
root=$(sed -n 's/^root = "r1:\(.*\)"/\1/p' d.txt.mlops)
rm ".git/mlops/store/roots/$root"
expect_code 2 mlops data ls
equals "$out" "2	a.txt"
contains "$err" "the store lacks data set 'd.txt'"
git checkout --quiet -- b.txt.mlops c.txt.mlops
expect_code 6 mlops data ls
equals "$out" "2	a.txt
2	b.txt
2	c.txt"
error_says "the store lacks data set 'd.txt'" "mlops config store.path"
expect_code 2 mlops data ls nowhere
error_says "'nowhere'" "mlops data ls"
