#!/bin/sh
# The first screens that a user sees, word for word.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

expect_code 0 mlops help
matches_golden help.txt
expect_code 0 mlops help flags
matches_golden help-flags.txt
expect_code 0 mlops diff -h
matches_golden help-diff.txt
expect_code 0 mlops data
matches_golden help-data.txt
