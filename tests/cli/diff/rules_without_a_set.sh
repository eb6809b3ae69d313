#!/bin/sh
# A rule that judged no prediction set is insufficient in every format and counted; a name that nobody
# declares is an error of the policy, unless --predictions left the set out.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
sed -i 's/predictions.answers/predictions.other/' pipeline.toml
commit renamed && git tag v3
expect_code 0 mlops diff v1 v3
contains "$out" "WARN" "0 fail, 0 warn, 1 insufficient" "rules that judged no set" "drop <= 0.01" "insufficient"
lacks "$out" "note: "
expect_code 0 mlops diff v1 v3 --json
json '[(r["metric"], r["verdict"], r["reason"]) for r in j["rules"]] == [("accuracy", "insufficient", "'"'v3' has no set 'answers'"'")]'
expect_code 0 mlops diff v1 v3 --format html=report.html
contains report.html "Rules that judged no set" '<span class="pill insufficient">' "could not be judged"
sed -i 's/^schema = 1/&\n[diff]\non_insufficient = "fail"/' safeguards.toml
expect_code 3 mlops diff v1 v3
contains "$out" "INSUFFICIENT" "1 insufficient"

# Asked for only the other set, the rule is skipped and still shown.
expect_code 0 mlops diff v1 v3 --predictions other
contains "$out" "skipped, 'answers' was left out: accuracy" "0 insufficient"
expect_code 0 mlops diff v1 v3 --predictions other --json
json 'j["rules"][0]["verdict"] == "skipped"'

# Neither version declares it.
sed -i 's/"answers"/"anwsers"/' safeguards.toml
for asked in "" "--predictions=other"; do
  expect_code 2 mlops diff v1 v3 ${asked:+"$asked"}
  error_says "safeguards.toml:5: diff.rule[0].predictions: there is no prediction set 'anwsers'" \
    "did you mean 'answers'?"
done

# Two files are no set, unless --predictions says which.
write_predictions old.csv 1
write_predictions new.csv 3
set -- old.csv new.csv --key id --label truth --prediction answer --policy safeguards.toml
expect_code 2 mlops diff "$@"
error_says "there is no prediction set 'anwsers'" "--predictions NAME"
expect_code 1 mlops diff "$@" --predictions anwsers
expect_code 0 mlops diff "$@" --predictions another
contains "$out" "skipped, 'anwsers' was left out: accuracy"
