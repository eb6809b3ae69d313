#!/bin/sh
# Two directories: each table that both hold under the same path is a prediction set, named after it; one that only
# one of them holds is shown and insufficient.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

write_predictions old/fold-1/answers.csv 1
write_predictions new/fold-1/answers.csv 2
write_predictions old/Fold_2.csv 0
write_predictions new/Fold_2.csv 0
echo "no table" >old/notes.txt
flags="--key id --label truth --prediction answer"
# shellcheck disable=SC2086 # words
expect_code 0 mlops diff old new $flags
contains "$out" "2 prediction sets" "fold-2   10 rows" "fold-1-answers   10 rows" "0.9000" "0.8000"
lacks "$out" "notes"
# shellcheck disable=SC2086
expect_code 0 mlops diff old new $flags --predictions fold-2
lacks "$out" "fold-1"
# shellcheck disable=SC2086
expect_code 2 mlops diff old new $flags --predictions fold-3
error_says "no table is the prediction set 'fold-3'" "did you mean 'fold-2'?"

printf 'schema = 1\n[[diff.rule]]\npredictions = "fold-1-answers"\nmetric = "accuracy"\nmax_drop = 0.01\n' >policy.toml
# shellcheck disable=SC2086
expect_code 1 mlops diff old new $flags --policy policy.toml
# shellcheck disable=SC2086
expect_code 0 mlops diff old new $flags --policy policy.toml --predictions fold-2
contains "$out" "skipped, 'fold-1-answers' was left out"

# A table that one side lacks is not compared, and not silent.
rm new/Fold_2.csv
# shellcheck disable=SC2086
expect_code 3 mlops diff old new $flags --json
json '[(s["name"], s["verdict"]) for s in j["predictions"]] == [("fold-1-answers", "pass"), ("fold-2", "insufficient")]'
contains "$out" "'new' has no 'Fold_2.csv'"
# What no rule of a policy says a rule of the house does: counts and reports for CI have it.
json '[(r["name"], r["verdict"], r["built_in"]) for r in j["predictions"][1]["rules"]] == [("missing_table", "insufficient", True)]'
# shellcheck disable=SC2086
expect_code 3 mlops diff old new $flags
contains "$out" "INSUFFICIENT" "1 insufficient" "missing_table"
rm -r new/fold-1
write_predictions new/other.csv 0
# shellcheck disable=SC2086
expect_code 2 mlops diff old new $flags
error_says "'old' and 'new' have no table in common" "paths below them are the same"
# shellcheck disable=SC2086
expect_code 2 mlops diff old new/other.csv $flags
error_says "'old' is a directory" "a directory is compared with a directory"

# Of a version as well; a directory that is called like a branch is one where a flag says so.
new_repository
write_predictions out/a.csv 1
commit one
git branch out
git branch result
write_predictions result/a.csv 3
# shellcheck disable=SC2086
expect_code 0 mlops diff out:out result $flags
contains "$out" "0.9000" "0.7000"
# shellcheck disable=SC2086
expect_code 0 mlops diff out result $flags
contains "$out" "0.9000" "0.7000"
expect_code 0 mlops diff out result --only code
contains "$out" "no difference"
