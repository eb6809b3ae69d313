#!/bin/sh
# While a run is at work in a work tree a second one ends with 7.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
printf 'schema = 1\nname = "x"\n[stage.a]\ncmd = "touch started; sleep 30"\ncache = false\n' >pipeline.toml
mlops run >/dev/null &
first=$!
for _ in $(seq 100); do [ ! -e started ] || break; sleep 0.1; done
expect_code 7 mlops run
contains "$err" "mlops: error: " "hint: "
kill "$first"
wait "$first" || [ $? -eq 143 ]
