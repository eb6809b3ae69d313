#!/bin/sh
# -n changes nothing; --explain names the part of the key that differs, old and new.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
sed -i 's/^name = .*/&\nparams = ["params.toml"]/; s/wc -l </echo ${params.base}; wc -l </' pipeline.toml
echo 'base = 3' >params.toml
mlops run
cp pipeline.lock "$scratch/lock"
echo 'base = 4' >params.toml
expect_code 0 mlops run -n --explain
contains "$out" "upper  cached" "count  would run" "echo 3" "-> " "echo 4" "1 would run"
expect_code 0 mlops run --dry-run --explain --json
json_lines '[d["part"] for r in j if r.get("instance") == "count" for d in r["differences"]] != []'
cmp pipeline.lock "$scratch/lock"
