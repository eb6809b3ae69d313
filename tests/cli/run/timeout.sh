#!/bin/sh
# A stage that takes longer than its timeout is stopped; exit code 5.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END'
schema = 1
name = "slow"
[stage.slow]
cmd = ["sleep", "30"]
timeout = "1s"
cache = false
END
expect_code 5 mlops run
contains "$err" "stage 'slow' failed: ran longer than its timeout" "hint: "
