#!/bin/sh
# A failed stage shows the end of its log, its exit code and what to type; outs come back; exit code 4.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
mlops run
sed -i 's/wc -l.*"/echo half > count.txt; echo it broke >\&2; exit 9"/' pipeline.toml
expect_code 4 mlops run
contains "$out" "count  failed (exit code 9)" "count | it broke"
contains "$err" "stage 'count' failed: exit code 9" "  | it broke" "whole log: " "mlops run count"
[ "$(cat count.txt)" = 2 ]
log=$(sed -n 's/^  whole log: //p' "$err")
contains "$log" "it broke"

# A terminal has just shown these lines: they do not stand there twice. With -q they come once.
script -qec "mlops run" /dev/null | tr -d '\r' >"$out" || true
contains "$out" "count | it broke" "stage 'count' failed" "mlops run count"
[ "$(grep -c "it broke" "$out")" -eq 1 ]
lacks "$out" "end of its log"
script -qec "mlops run -q" /dev/null | tr -d '\r' >"$out" || true
contains "$out" "end of its log" "  | it broke"
expect_code 4 mlops run --json
json_lines '[r["failure"] for r in j if r["event"] == "end"] == ["none", "user"]'
json_lines 'j[-1]["event"] == "done" and j[-1]["exit_code"] == 4'
