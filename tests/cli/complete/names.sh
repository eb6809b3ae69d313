#!/bin/sh
# Completion knows verbs, stages, data sets, revisions, settings, prediction sets and choices.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
echo 1 >x.csv
mlops data add x.csv
offers() {
  names=$1
  shift
  expect_code 0 mlops completion --words -- "$@"
  equals "$out" "$names"
}
offers 'checkout' data ch
offers 'predict' run ''
offers 'x.csv' data ls ''
offers 'v1
v2' diff v
offers 'v2' diff v1 --format json v2
offers 'answers' diff --predictions ''
offers 'data.stage' config data.st
offers 'csv
github
gitlab
html
json
junit
md
openmetrics
table' diff --format ''
offers 'always
auto' --color a
cd / && expect_code 0 mlops completion --words -- run ''
is_empty "$out"
