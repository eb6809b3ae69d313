#!/bin/sh
# Several formats at once: table to stdout, JSON and HTML to files; the same bytes on a rerun.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
expect_code 1 mlops diff v1 v2 --format table --format json="$scratch/1.json" --format html="$scratch/1.html"
contains "$out" "FAIL" "accuracy" "json report: $scratch/1.json" "html report: $scratch/1.html"
expect_code 1 mlops diff v1 v2 --format html="$scratch/2.html" --json
cmp "$scratch/1.json" "$out"
cmp "$scratch/1.html" "$scratch/2.html"
json 'j["schema_version"] == 1 and j["verdict"] == "fail"'
json 'j["predictions"][0]["counts"]["negative_flips"] == 2 and j["predictions"][0]["counts"]["matched"] == 10'
json 'set(j["predictions"][0]["metrics"]["accuracy"]) >= {"old", "new", "change", "ci", "n"}'
json '{"slices", "groups", "rules"} <= set(j["predictions"][0])'
expect_code 2 mlops diff v1 v2 --format table --format json
error_says "two formats want stdout" "--format junit=report.xml"
expect_code 2 mlops diff v1 v2 --json --format html
contains "$err" "both want stdout" "--format junit=report.xml" '"code":2'
expect_code 2 mlops diff v1 v2 --format html=
error_says "names no file" "--format junit=report.xml"
expect_code 5 mlops diff v1 v2 --format html="$scratch/none/x.html"
contains "$err" "cannot create a file in '$scratch/none': no such file or directory"
expect_code 2 mlops diff v1 v2 --format xml
error_says "table | json | html" "such as"
