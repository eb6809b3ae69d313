#!/bin/sh
# A symbolic link is no data set, and links in a directory are left out by name or stored with --symlinks.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir real
echo 1 >real/a
ln -s real link
expect_code 2 mlops data add link
error_says "'link' is a symbolic link" "hint: mlops data add -- real"
echo 1 >"$scratch/outside"
ln -s "$scratch/outside" away
expect_code 2 mlops data add away
error_says "'away'" "cp -rL -- away away.copy && mlops data add -- away.copy"
ln -s nowhere dangling
expect_code 2 mlops data add dangling
error_says "'dangling'" "rm -- dangling"
ln -s a real/b
expect_code 0 mlops data add real
contains "$err" "real/b"
expect_code 0 mlops data add --symlinks real --json
json 'j["data_sets"][0]["files"] == 2 or j["data_sets"][0]["changed"]'
rm real/b
mlops data checkout
[ "$(readlink real/b)" = a ]
