#!/bin/sh
# A repository without commits: everything works but what needs a revision, and that says why.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
expect_code 0 mlops init
expect_code 0 mlops data add data/in.txt
expect_code 0 mlops run
expect_code 0 mlops status
contains "$out" "nothing to do"
rm data/in.txt
expect_code 0 mlops data checkout
expect_code 2 mlops diff
error_says "'HEAD'" "git commit"
expect_code 2 mlops data ls --rev main
error_says "'main'" "git commit"
