#!/bin/sh
# Files of the other tool are not trusted: each of these is refused with its name, and nothing is
# written (case 01, 02, 04, 09, 23).
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p .dvc/cache/files/md5
md5=e67f0f5d6b7bd3c1dbd9643253056622
mkdir ".dvc/cache/files/md5/e6" && printf 'id,y\n1,0\n2,1\n3,1\n' >".dvc/cache/files/md5/e6/${md5#e6}"
echo /cache >.dvc/.gitignore
commit start

# refused PATH-OR-MD5-LINES TEXT: a .dvc file with that out.
refused() {
  printf 'outs:\n- hash: md5\n%s\n' "$1" >x.dvc
  commit hostile
  expect_code 2 mlops convert dvc
  contains "$err" "$2"
  [ -z "$(git status --porcelain)" ]
  [ ! -e .git/mlops/store/foreign ]
  git reset --quiet --hard HEAD~1
}
refused "  md5: $md5
  path: ../x" "x.dvc: outs[0].path: '../x' leads out of the work tree"
refused "  md5: $md5
  path: /etc/passwd" "leads out of the work tree"
refused "  md5: $md5
  path: s3://bucket/x" "leads out of the work tree"
refused "  md5: $md5
  path: .git/hooks/post-checkout" "has '.git', which is a name of git's own"
refused "  md5: ../../../../etc/passwd
  path: x" "outs[0].md5: must be 32 hex digits"
refused "  md5: ${md5%2}/
  path: x" "outs[0].md5: must be 32 hex digits"
refused "  path: x" "outs[0].md5: is missing"
refused "  md5: $md5
  path: x
- hash: md5
  md5: $md5
  path: x" "is named twice"
refused "  md5: $md5
  path: x
  path: y" "x.dvc:5: duplicate key 'path'"
refused "  md5: [$md5" "x.dvc:"

# Aliases that unfold to more than anybody can hold, and a file of 2 MB.
{
  echo 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]'
  for i in 1 2 3 4 5 6 7 8; do
    p="*a$((i - 1))"
    echo "a$i: &a$i [$p, $p, $p, $p, $p, $p, $p, $p, $p, $p]"
  done
} >x.dvc
commit bomb
expect_code 2 mlops convert dvc
contains "$err" "too many values"
git reset --quiet --hard HEAD~1
head -c 2000000 /dev/zero | tr '\0' '#' >x.dvc
commit large
expect_code 2 mlops convert dvc
contains "$err" "is larger than 1048576 bytes"
git reset --quiet --hard HEAD~1

# bad_listing JSON TEXT: a directory of which the cache has such a listing.
bad_listing() {
  printf '%s' "$1" >"$scratch/listing"
  digest=$(md5sum "$scratch/listing" | cut -d' ' -f1)
  rest=${digest#??}
  mkdir -p ".dvc/cache/files/md5/${digest%"$rest"}"
  cp "$scratch/listing" ".dvc/cache/files/md5/${digest%"$rest"}/$rest.dir"
  printf 'outs:\n- hash: md5\n  md5: %s.dir\n  path: d\n' "$digest" >d.dvc
  commit listing
  expect_code 2 mlops convert dvc
  contains "$err" "$2"
  [ -z "$(git status --porcelain)" ]
  [ ! -e .git/mlops/store/foreign ]
  git reset --quiet --hard HEAD~1
}
bad_listing "[{\"md5\": \"$md5\", \"relpath\": \"../x\"}]" "[0].relpath: '../x' has '..'"
bad_listing "[{\"md5\": \"$md5\", \"relpath\": \"/x\"}]" "relpath: '/x' "
bad_listing "[{\"md5\": \"$md5\", \"relpath\": \"a/.git/config\"}]" "which is a name of git's own"
bad_listing "[{\"md5\": \"$md5\", \"relpath\": \"a\"}, {\"md5\": \"$md5\", \"relpath\": \"a\"}]" "lists 'a' twice"
bad_listing "[{\"md5\": \"$md5\", \"relpath\": \"a\"}, {\"md5\": \"$md5\", \"relpath\": \"a/b\"}]" \
  "lists 'a' as file and as directory"
bad_listing "[{\"md5\": \"e6/7f\", \"relpath\": \"a\"}]" "[0].md5: must be 32 hex digits"
bad_listing "[{\"md5\": \"$md5\", \"relpath\": \".gitattributes\"}]" "would change what git does"
bad_listing "{}" "must be a list"

# cache.dir may lie elsewhere: only what has the right bytes comes from there.
mkdir -p "$scratch/shared/files/md5/e6"
printf 'secret' >"$scratch/shared/files/md5/e6/${md5#e6}"
rm -r .dvc/cache
printf '[cache]\n    dir = %s\n' "$scratch/shared" >.dvc/config
printf 'outs:\n- hash: md5\n  md5: %s\n  path: x\n' "$md5" >x.dvc
commit elsewhere
expect_code 6 mlops convert dvc
contains "$err" "is not what its name says"

# A file of git-lfs's form that is too long for a pointer is a file.
git reset --quiet --hard HEAD~1
{
  printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 3\n' 7
  head -c 1100 /dev/zero | tr '\0' '\n'
} >long.bin
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 3\n' >short.bin
commit lookalikes
expect_code 0 mlops convert lfs
contains "$out" "no data set of lfs"
