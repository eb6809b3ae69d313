#!/bin/sh
# A reader that closes the pipe early ends the output quietly, and the code is that of the work.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir many
seq 3000 | sed 's|^|many/a-rather-long-name-so-that-the-listing-fills-the-pipe-|' | xargs touch
mlops data add -q many
mlops data ls >"$out"
[ "$(wc -c <"$out")" -gt 100000 ]
{ code=0; mlops data ls 2>"$err" || code=$?; echo "$code" >"$scratch/code"; } | head -n 1 >"$out"
equals "$scratch/code" 0
is_empty "$err"
expect_code 0 sh -c 'mlops data ls | head -n 1'
is_empty "$err"
[ "$(wc -l <"$out")" -eq 1 ]
