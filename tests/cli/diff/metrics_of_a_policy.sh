#!/bin/sh
# Metrics of a policy beside those of the table: expressions over the rows of both versions, and numbers of metrics files.
# A text that is neither is an error of the policy.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
expression='mean(abs(n.answer - o.answer))'
rule() {
  printf 'schema = 1\n[[diff.rule]]\nmetric = "%s"\nmax = %s\n' "$expression" "$1" >safeguards.toml
}
# Two of ten rows have another answer.
rule 0.2
expect_code 0 mlops diff v1 v2 --json --format md=comment.md
json '[(r["metric"], r["old"], r["new"], r["verdict"]) for r in j["predictions"][0]["rules"] if not r["built_in"]] == [("mean(abs(n.answer - o.answer))", None, 0.2, "pass")]'
contains comment.md "$expression"
rule 0.1
expect_code 1 mlops diff v1 v2
contains "$out" "FAIL" "$expression" "0.2000" "<= 0.1"
expect_code 1 mlops diff v1 v2 --explain "$expression"
contains "$out" "an expression over the rows of both versions" "it passes when the new value is at most 0.1"
expression='mean(o.nosuch)'
rule 1
expect_code 0 mlops diff v1 v2
contains "$out" "the old table has no column 'nosuch'"
rm comment.md

refused() {
  printf 'schema = 1\n[[diff.rule]]\nmetric = "%s"\nmax = 1\n' "$1" >safeguards.toml
  expect_code 2 mlops diff v1 v2
  error_says "safeguards.toml:3: diff.rule[0].metric: " "$2"
}
refused 'acuracy(x)' "did you mean 'accuracy'?"
refused 'acuracy' "did you mean 'accuracy'?"
refused 'mean(abs(n.answer - o.answer)); DROP TABLE x; f()' "such as mean(abs(n.score - o.score))"
refused 'mean(score)' "columns are o.NAME (old) and n.NAME (new)"
refused 'quantile(n.answer, 2)' "such as quantile(n.x, 0.99)"

# A number of a metrics file: what is wrong with it is said.
refused 'metrics.txt:latency' "metrics.json:latency_ms_p99"
refused '../metrics.json:latency' "metrics/model.json"
says() {
  printf 'schema = 1\n[[diff.rule]]\nmetric = "metrics.json:latency.p99"\nmax_rise = 1\n' >safeguards.toml
  expect_code 0 mlops diff v1 "$1"
  contains "$out" "metrics.json:latency.p99" "$2" "1 insufficient"
}
says v2 "'v2' has no 'metrics.json'"
with_metrics() {
  printf '%s\n' "$2" >metrics.json
  commit "$1" && git tag "$1"
}
with_metrics v3 '{"latencies": {"p99": 3}}'
says v3 "'metrics.json' of 'v3' has no key 'latency.p99'"
with_metrics v4 '{"latency": {"p99": "3"}}'
says v4 "'latency.p99' of 'metrics.json' of 'v4' is no number but a text"
with_metrics v5 '{"latency": '
says v5 "'v5': metrics.json:"
with_metrics v6 '{"latency": {"p99": 3}}'
says v6 "'v1' has no 'metrics.json'"
git tag -f v1 v6
# What both versions have is judged, once, in every format.
with_metrics v7 '{"latency": {"p99": 4.5}}'
printf 'schema = 1\n[diff]\ndecide = "sure"\n[[diff.rule]]\nmetric = "metrics.json:latency.p99"\n%s = %s\n' max_rise 1 >safeguards.toml
expect_code 1 mlops diff v6 v7
contains "$out" "rules of metrics files" "metrics.json:latency.p99" "4.5000" "+1.5000" "rise <= 1" "FAIL"
lacks "$out" "judged no set"
expect_code 1 mlops diff v6 v7 --json --format html=page.html --format md=comment.md --format junit=rules.xml
json '[(r["metric"], r["verdict"], r["old"], r["new"], r["change"]) for r in j["rules"]] == [("metrics.json:latency.p99", "fail", 3, 4.5, 1.5)]'
json 'all(r["built_in"] for s in j["predictions"] for r in s["rules"])'
contains page.html "Rules of metrics files"
contains comment.md "Rules of metrics files"
contains rules.xml "metrics.json:latency.p99"
rm page.html comment.md rules.xml
expect_code 1 mlops diff v6 v7 --explain metrics.json:latency.p99
contains "$out" "a number of a metrics file" "metrics.json of both versions" "it passes when the change is at most 1"
printf 'schema = 1\n[[diff.rule]]\nmetric = "metrics.json:latency.p99"\nmax_rise_rel = 0.6\n' >safeguards.toml
expect_code 0 mlops diff v6 v7
contains "$out" "PASS"
# Two tables have none.
write_predictions old.csv 1
expect_code 0 mlops diff old.csv answers.csv --key id --label truth --prediction answer --policy safeguards.toml
contains "$out" "two tables have no metrics file"
