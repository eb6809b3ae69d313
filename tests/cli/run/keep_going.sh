#!/bin/sh
# After a failure -k goes on with what does not need the failed stage; without it nothing more starts.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END'
schema = 1
name = "three"
[stage.a-broken]
cmd = "exit 1"
outs = ["a.txt"]
[stage.needs-a]
cmd = "cp a.txt b.txt"
deps = ["a.txt"]
outs = ["b.txt"]
[stage.z-alone]
cmd = "echo z > z.txt"
outs = ["z.txt"]
END
expect_code 4 mlops run -j 1
contains "$out" "1 failed" "2 not started"
[ ! -e z.txt ]
expect_code 4 mlops run -j 1 --keep-going
contains "$out" "z-alone   ran" "1 failed" "1 not started"
[ -e z.txt ]
