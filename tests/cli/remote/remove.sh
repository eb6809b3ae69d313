#!/bin/sh
# A remote that is removed leaves nothing in the settings, and nothing of what was known of it; its objects stay.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops init >"$out"
cp .mlops/config.toml "$scratch/before"
echo x >x
mlops data add x >"$out"
mlops remote add usb "$scratch/here/usb" >"$out"
mlops data push >"$out"
expect_code 0 mlops remote remove usb
contains "$out" "removed remote 'usb' from '.mlops/config.toml'"
diff "$scratch/before" .mlops/config.toml >&3
[ ! -e .git/mlops/remotes/usb ]
[ -e "$scratch/here/usb/head/000000000001" ]
expect_code 2 mlops remote remove usb
