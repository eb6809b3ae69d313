#!/bin/sh
# A baseline that is not there is evidence that is missing. A version that lacks the table may be the first one, and
# on_insufficient says what follows; of a revision that nobody knows, as in a shallow clone, exit code 3 always.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository origin
seq 40 | sed 1ix >t.csv
cat >safeguards.toml <<'END2'
schema = 1
[check.c]
table = "t.csv"
baseline = "v1:t.csv"
[[check.c.column]]
name = "x"
max = 40
[[check.c.rule]]
kind = "drift"
max = 0.1
END2
commit one && git tag v1
commit two
expect_code 0 mlops check
git clone --quiet --depth 1 --no-tags "file://$PWD" ../shallow
cd ../shallow
expect_code 3 mlops check
contains "$out" "INSUFFICIENT  c" "unknown revision 'v1'" "git fetch --unshallow --tags" "range [x]"
sed -i 's/max = 40/max = 39/' safeguards.toml
expect_code 1 mlops check # what is broken is broken
cd ../origin
sed -i 's/^baseline = .*/baseline = "v1:none.csv"/' safeguards.toml
expect_code 0 mlops check
contains "$out" "there is no baseline 'v1:none.csv'" "WARN  c"
sed -i 's/^baseline = .*/&\non_insufficient = "fail"/' safeguards.toml
expect_code 3 mlops check
