#!/bin/sh
# What does not exist, lies outside, or is ours or git's is refused with exit code 2.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops init
for path in nowhere .. /etc/passwd . .git .mlops/config.toml .git/config; do
  expect_code 2 mlops data add "$path"
  contains "$err" "mlops: error: "
  is_empty "$out"
done
mkfifo pipe
expect_code 2 mlops data add pipe
contains "$err" "'pipe'"
git status --porcelain >"$out"
equals "$out" "A  .mlops/config.toml"
