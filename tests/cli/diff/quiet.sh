#!/bin/sh
# -q prints errors only: the exit code says the verdict; what a flag asks for is still written.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
expect_code 1 mlops diff -q v1 v2
is_empty "$out"
is_empty "$err"
MLOPS_STORE_PAHT=x expect_code 1 mlops diff -q v1 v2
is_empty "$err"
rm safeguards.toml
expect_code 0 mlops -q diff v1 v2
is_empty "$out"
is_empty "$err"
expect_code 0 mlops diff -q v1 v2 --format html=report.html
is_empty "$out"
contains report.html "<html"
expect_code 0 mlops diff -q v1 v2 --json
json 'j["verdict"] == "pass"'
expect_code 2 mlops diff -q v1 nosuch
error_says "unknown revision 'nosuch'" "git tag --list"
