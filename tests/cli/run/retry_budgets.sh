#!/bin/sh
# Retries: exit codes that are listed, others not; a failure while it backs off keeps its slots free.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'EOF'
schema = 1
name = "again"
[stage.flaky]
cmd = "echo x >> tries; test $(wc -l < tries) -ge 3 || exit 75; echo done > out.txt"
outs = ["out.txt", { path = "tries", persist = true, cache = false }]
retry = { max = 2, on = ["exit:75"], backoff = "10ms", factor = 1.0 }
[stage.hard]
cmd = "echo x >> hard; exit 1"
outs = [{ path = "hard", persist = true, cache = false }]
retry = { max = 5, on = ["exit:75", "infra", "timeout"], backoff = "10ms" }
EOF
expect_code 4 mlops run -k
contains "$out" "flaky  ran" "hard   failed"
[ "$(wc -l <tries)" -eq 3 ]
[ "$(wc -l <hard)" -eq 1 ]
cat >pipeline.toml <<'EOF'
schema = 1
name = "again"
[stage.slow]
cmd = "echo x >> tries; sleep 30"
outs = [{ path = "tries", persist = true, cache = false }]
timeout = { run = "300ms", grace = "100ms" }
retry = { max = 1, on = ["timeout"], backoff = "10ms" }
EOF
rm tries
expect_code 5 mlops run
[ "$(wc -l <tries)" -eq 2 ]
contains "$err" "attempt 1 failed: ran longer than its timeout"
