#!/bin/sh
# Files of git-lfs become data sets in one commit; its old commits answer from the store alone.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

from_sample lfs
# Without git-lfs, git leaves its pointers in the work tree; one file is here.
printf 'two' >a.bin

expect_code 0 mlops convert lfs -n
contains "$out" "would convert  'a.bin': 1 file, 3 B" "would take over 4 versions"
expect_code 0 mlops convert lfs
contains "$out" "converted  'big/b.dat'" "took over 4 versions" "then: mlops data checkout"
git status --porcelain | LC_ALL=C sort >"$out"
equals "$out" "A  .gitignore
A  a.bin.mlops
A  big/.gitignore
A  big/b.dat.mlops
A  tool.bin.mlops
D  a.bin
D  big/b.dat
D  tool.bin
M  .gitattributes"
equals .gitattributes '*.sh text eol=lf'
[ "$(cat a.bin)" = two ]
[ ! -e big/b.dat ]
git commit --quiet -m ours
rm -rf .git/lfs

expect_code 0 mlops data diff v2 HEAD
is_empty "$out"
mlops data checkout
[ "$(cat big/b.dat)" = deep ]
[ -x tool.bin ]
expect_code 0 mlops data diff v1 v2 --json
json '[d["path"] for d in j["data_sets"]] == ["a.bin"]'
[ "$(mlops data cat --rev v1 a.bin)" = one ]
mlops data checkout --rev v1 a.bin
[ "$(cat a.bin)" = one ]
mlops data checkout
expect_code 0 mlops data log a.bin --json
json 'len(j["commits"]) == 2'
expect_code 0 mlops data gc
contains "$out" "4 versions in use"
mlops data cat --rev v1 a.bin >"$out"

# A pointer that a merge or git-lfs left in the place of the data is not data.
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 5\n' 7 >text.bin
expect_code 2 mlops data add text.bin
error_says "'text.bin' is a pointer of git-lfs, not the data" "git lfs pull"
