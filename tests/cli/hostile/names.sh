#!/bin/sh
# Names with spaces, newlines, escape sequences, dashes and shell text are data.
# case 18: an escape sequence in a name never reaches the terminal raw.
# failure names
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir d
esc=$(printf 'e\033]0;owned\007\033[31mred')
newline=$(printf 'two\nlines')
bidi=$(printf 'a\342\200\256txt.csv')
for name in 'with space' "$newline" "$esc" "$bidi" '-rf' "\$(touch owned)" "'quote\"" '*'; do echo 1 >"d/$name"; done
expect_code 0 mlops data add d
for name in 'with space' "$esc" "$bidi" "\$(touch owned)"; do
  cp "d/$name" "./$name"
  expect_code 0 mlops data add -- "$name"
  lacks "$out" "$(printf '\033')" "$(printf '\342\200\256')"
done
expect_code 0 mlops data ls
lacks "$out" "$(printf '\033')" "$(printf '\342\200\256')"
[ "$(wc -l <"$out")" -eq 12 ]
expect_code 0 script -qec "mlops data ls; mlops data status; mlops status" /dev/null
lacks "$out" "$(printf '\033]0')" "$(printf '\342\200\256')"
rm -r d "$esc"
expect_code 0 mlops data checkout
[ -f "d/$newline" ]
[ -f "d/-rf" ]
[ -f "$esc" ]
[ ! -e owned ]

# The work tree's own name.
git init --quiet "$scratch/here/$esc"
cd "$scratch/here/$esc"
for command in "" init status doctor "data status" "data fsck"; do
  # shellcheck disable=SC2086 # words of a command
  expect_code 0 mlops $command
  lacks "$out" "$(printf '\033')"
  lacks "$err" "$(printf '\033')"
done
expect_code 0 mlops
contains "$out" 'repository: ' 'owned'
