#!/bin/sh
# Of several prediction sets the strongest verdict is the exit code: 1 before 3 before 0.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
printf 'schema = 1\nname = "several"\n[stage.predict]\ncmd = "true"\nplots = ["a.csv", "b.csv", "c.csv"]\n' \
  >pipeline.toml
printf 'schema = 1\n[diff]\non_insufficient = "fail"\n' >safeguards.toml
for set in a b c; do
  printf '[predictions.%s]\npath = "%s.csv"\ntask = "classification"\nkey = ["id"]\nlabel = "truth"\nprediction = "answer"\n' \
    "$set" "$set" >>pipeline.toml
  printf '[[diff.rule]]\npredictions = "%s"\nmetric = "accuracy"\nmax_drop = 0.01\n' "$set" >>safeguards.toml
  write_predictions "$set.csv" 1
done
# b has too few rows for its rule.
sed -i 's/^predictions = "b"/&\nmin_rows = 11/' safeguards.toml
commit one && git tag v1
verdicts='{s["name"]: s["verdict"] for s in j["predictions"]}'

expect_code 3 mlops diff v1 --json
json "$verdicts == {'a': 'pass', 'b': 'insufficient', 'c': 'pass'}"
expect_code 0 mlops diff v1 --predictions a --predictions c
write_predictions c.csv 3
expect_code 1 mlops diff v1 --json
json "$verdicts == {'a': 'pass', 'b': 'insufficient', 'c': 'fail'} and j['verdict'] == 'fail'"
expect_code 3 mlops diff v1 --predictions a --predictions b
expect_code 0 mlops diff v1 --predictions a

# A table that one version lacks is missing evidence, and so is each rule on it.
write_predictions c.csv 1
rm a.csv
expect_code 3 mlops diff v1 --json
json "[(r['verdict'], r['reason']) for r in j['predictions'][2]['rules']] == [('insufficient', \"'work tree' has no 'a.csv'\")]"

# Each set is asked for the columns that it has; what none has is an error.
write_predictions a.csv 1
awk -F, -v OFS=, 'NR == 1 { print $0, "ward"; next } { print $0, "w" NR % 2 }' b.csv >ward.csv && mv ward.csv b.csv
expect_code 3 mlops diff v1 --json --find-slices ward --by ward
json '[(s["name"], (s["slice_search"] or {}).get("columns")) for s in j["predictions"]] == [("a", None), ("b", ["ward"]), ("c", None)]'
json '[[t["column"] for t in s["slices"]] for s in j["predictions"]] == [[], ["ward", "ward"], []]'
expect_code 2 mlops diff v1 --predictions a --predictions b --find-slices nosuch
contains "$err" "has no column 'nosuch'"
# The columns beside listed rows, too.
write_predictions c.csv 3
write_predictions b.csv 3
awk -F, -v OFS=, 'NR == 1 { print $0, "ward"; next } { print $0, "w" NR % 2 }' b.csv >ward.csv && mv ward.csv b.csv
expect_code 1 mlops diff v1 --json --columns ward
json '[sorted({c for r in s["worst"] for c in r["columns"]}) for s in j["predictions"]] == [[], ["ward"], []]'
json 'len(j["predictions"][2]["worst"]) > 0'
expect_code 1 mlops diff v1 --format csv --show-values --columns ward
contains "$out" 'old_ward,new_ward'
expect_code 2 mlops diff v1 --columns nosuch
