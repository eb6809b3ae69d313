#!/bin/sh
# version and --version print one line; --json a record.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

expect_code 0 mlops version
grep -Eq '^mlops [0-9]+\.[0-9]+\.[0-9]+$' "$out"
cp "$out" "$scratch/first"
expect_code 0 mlops --version
cmp "$out" "$scratch/first"
expect_code 0 mlops version --json
json 'j["version"] == 1 and j["mlops"].count(".") == 2'

# After a verb too, and then the verb does nothing.
new_repository
write_pipeline
for command in run "data add" "config data.stage false" status; do
  # shellcheck disable=SC2086 # words of a command
  expect_code 0 mlops $command --version
  cmp "$out" "$scratch/first"
done
[ ! -e upper.txt ]
[ ! -e .git/mlops ]
expect_code 0 mlops run --version --json
json 'set(j) == {"version", "mlops"}'
