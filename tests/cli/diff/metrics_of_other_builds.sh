#!/bin/sh
# A metric that this build does not compute never ends in 0, whatever the policy makes of missing
# evidence; a text that is no metric and no expression is an error of the policy.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
for metric in 'mean(abs(n.answer - o.answer))' 'max(n.answer)'; do
  for choice in pass warn fail; do
    printf 'schema = 1\n[diff]\non_insufficient = "%s"\n[[diff.rule]]\nmetric = "%s"\nmax = 1\nseverity = "warn"\n' \
      "$choice" "$metric" >safeguards.toml
    expect_code 3 mlops diff v1 v2
    contains "$out" "INSUFFICIENT" "1 insufficient" "this build does not compute it"
  done
done
printf '[[diff.rule]]\nmetric = "accuracy"\nmax_drop = 0.01\n' >>safeguards.toml
expect_code 1 mlops diff v1 v2

refused() {
  printf 'schema = 1\n[[diff.rule]]\nmetric = "%s"\nmax = 1\n' "$1" >safeguards.toml
  expect_code 2 mlops diff v1 v2
  error_says "safeguards.toml:3: diff.rule[0].metric: " "$2"
}
refused 'acuracy(x)' "did you mean 'accuracy'?"
refused 'acuracy' "did you mean 'accuracy'?"
refused 'mean(abs(n.answer - o.answer)); DROP TABLE x; f()' "such as mean(abs(n.score - o.score))"
refused 'mean(score)' "columns are o.NAME (old) and n.NAME (new)"

# A number of a metrics file: what is wrong with it is said.
refused 'metrics.txt:latency' "metrics.json:latency_ms_p99"
refused '../metrics.json:latency' "metrics/model.json"
says() {
  printf 'schema = 1\n[[diff.rule]]\nmetric = "metrics.json:latency.p99"\nmax_rise = 1\n' >safeguards.toml
  expect_code 3 mlops diff v1 "$1"
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
printf 'schema = 1\n[[diff.rule]]\nmetric = "metrics.json:latency.p99"\nmax = 1\n' >safeguards.toml
expect_code 3 mlops diff v2 v6
contains "$out" "this build does not compute it"
