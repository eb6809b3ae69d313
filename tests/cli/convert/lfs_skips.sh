#!/bin/sh
# A file of git-lfs whose object is elsewhere stays with git-lfs until it comes; pointers of ours beside
# it do not go there.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

from_sample lfs
object=.git/lfs/objects/74/61/74611c1d6455b534323a21f8133a6f43dc3a8188e7b946f96dcc28dde932fcb2
mv "$object" "$scratch/object"
printf 'more\n' >big/c.dat
git add big/c.dat && git commit --quiet -m 'no pointer: as without git-lfs'
expect_code 6 mlops convert lfs
error_says "1 data set cannot be taken over" "git lfs fetch"
contains "$err" "'big/b.dat': the cache lacks 74611c1d"
[ -z "$(git status --porcelain)" ]

expect_code 0 mlops convert lfs --skip-missing
contains "$out" "kept  'big/b.dat'" "converted  'a.bin'"
contains .gitattributes 'big/** filter=lfs' '*.mlops !filter'
git check-attr filter big/x.mlops big/.gitignore big/b.dat >"$out"
contains "$out" "big/x.mlops: filter: unspecified" "big/.gitignore: filter: unspecified" \
  "big/b.dat: filter: lfs"
git commit --quiet -m 'some of it'

mv "$scratch/object" "$object"
expect_code 0 mlops convert lfs
contains "$out" "converted  'big/b.dat'"
git commit --quiet -m 'the rest'
equals .gitattributes '*.sh text eol=lf'
[ "$(mlops data cat --rev v1 big/b.dat)" = deep ]
