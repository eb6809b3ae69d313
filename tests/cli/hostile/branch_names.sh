#!/bin/sh
# case 18: escape and bidi characters in branch names and errors never reach the terminal raw.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
bidi=$(printf 'evil\342\200\256branch')
git branch "$bidi"
esc=$(printf '\033]0;owned\007')
expect_code 2 mlops diff "$bidi" "no${esc}such"
lacks "$err" "$(printf '\033')" "$(printf '\342\200\256')"
expect_code 0 mlops diff v2 "$bidi" --format table --format html="$scratch/report.html"
lacks "$out" "$(printf '\342\200\256')"
expect_code 2 mlops "$esc"
lacks "$err" "$(printf '\033')"
expect_code 2 mlops run "--$esc"
lacks "$err" "$(printf '\033')"
expect_code 2 mlops run "-$esc"
lacks "$err" "$(printf '\033')"
expect_code 2 mlops data add "$esc"
lacks "$err" "$(printf '\033')"
