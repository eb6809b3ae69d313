#!/bin/sh
# A pointer that cannot be read is named with its line, by status and by checkout.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
echo 1 >a
mlops data add a
sed -i 's/^root = .*/root = "nonsense"/' a.mlops
line=$(grep -n '^root' a.mlops | cut -d: -f1)
expect_code 0 mlops data status
grep -Eq "^invalid.pointer	a	" "$out"
contains "$err" "a.mlops:$line"
expect_code 2 mlops data checkout
contains "$err" "a.mlops:$line"

# One that was edited by hand: kind, files and bytes are the root's.
mkdir d
echo 2 >d/x
mlops data add --force a d
commit "sound pointers"
for edit in 's/^bytes = .*/bytes = 5/' 's/^files = .*/files = 7/' 's/^kind = .*/kind = "file"/'; do
  sed -i "$edit" d.mlops
  expect_code 0 mlops data status
  grep -Eq "^invalid.pointer	d	" "$out"
  contains "$err" "root"
  expect_code 2 mlops data ls d
  error_says "d.mlops" "git checkout -- :/d.mlops"
  expect_code 2 mlops data checkout
  contains "$err" "d.mlops"
  mlops data add d
  git diff --exit-code HEAD
done
sed -i 's/^bytes = .*/bytes = 5/' a.mlops
commit "edited"
git tag edited
git checkout --quiet HEAD~
expect_code 2 mlops data checkout --rev edited a
contains "$err" "edited:a.mlops"
