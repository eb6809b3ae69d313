#!/bin/sh
# A stage that asks for more disk than there is fails before it starts, with what to do, and its outs stay.
# failure room
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
stage() {
  cat >pipeline.toml <<END
schema = 1
name = "room"
[stage.large]
cmd = "touch started; echo $1 >out.txt"
deps = ["pipeline.toml"]
outs = ["out.txt"]
resources = { disk = "$2" }
END
}
stage small 1KiB
expect_code 0 mlops run
equals out.txt small
rm started
stage large 4000PiB
expect_code 5 mlops run
contains "$err" "it needs " " of disk, and " "are free" "resources.disk"
[ ! -e started ]
equals out.txt small
