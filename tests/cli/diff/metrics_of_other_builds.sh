#!/bin/sh
# A metric that this build does not compute never ends in 0, whatever the policy makes of missing
# evidence; a text that is no metric and no expression is an error of the policy.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
for metric in roc_auc metrics.json:latency 'mean(abs(n.answer - o.answer))'; do
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
  error_says "safeguards.toml:3: diff.rule[0].metric: '$1' is no metric" "$2"
}
refused 'acuracy(x)' "did you mean 'accuracy'?"
refused 'acuracy' "did you mean 'accuracy'?"
refused 'mean(abs(n.answer - o.answer)); DROP TABLE x; f()' "such as mean(abs(n.score - o.score))"
refused 'mean(score)' "columns are o.NAME (old) and n.NAME (new)"
