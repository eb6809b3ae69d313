#!/bin/sh
# --cache-only restores and never runs: what is not cached is exit code 3.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
expect_code 3 mlops run --cache-only
contains "$out" "upper  not started (not cached: no earlier run is known)" "2 not started"
[ ! -e upper.txt ]
expect_code 0 mlops run
rm upper.txt count.txt
expect_code 0 mlops run --cache-only
contains "$out" "2 restored from the cache"
sed -i 's/wc -l/wc -c/' pipeline.toml
expect_code 3 mlops run --cache-only --json
json_lines '[r["failure"] for r in j if r["event"] == "end"] == ["none", "uncached"]'
[ "$(cat count.txt)" = 2 ]
expect_code 2 mlops run --cache-only --no-cache
error_says "contradict" "leave one of them out"
