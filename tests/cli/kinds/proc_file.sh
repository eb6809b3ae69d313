#!/bin/sh
# A file that says that it is empty and is not, as those of /proc do: never stored as what it says.
# case 53
# shellcheck source=tests/cli/mounts.sh
. "${0%/*}/../mounts.sh"

new_repository
mkdir data
echo 1 >data/a
: >data/version
mount --bind /proc/version data/version 2>"$err" || skip "nothing can be mounted: $(mount_problem)"
mounts="$PWD/data/version $mounts"
[ -s data/version ] && skip "/proc has sizes"
expect_code 2 mlops data add data
contains "$err" "data/version" "--skip-unreadable"
[ ! -e data.mlops ]
expect_code 0 mlops data add --skip-unreadable data
contains "$err" "skipped 'data/version'"
expect_code 0 mlops data ls data
equals "$out" "$(printf '2\tdata/a')"
