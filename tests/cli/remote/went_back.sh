#!/bin/sh
# A remote that was restored from a backup is not taken for the one that this clone knows, also when others have pushed
# to it since; one that lost its format file is not made anew; none lies among a clone's own files.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

remote=$scratch/remote
new_repository
mlops init >"$out"
mkdir d
echo 1 >d/a
mlops data add d >"$out"
mlops remote add origin "file://$remote" >"$out"
commit one
expect_code 0 mlops data push
cp -a "$remote" "$scratch/backup"
git clone -q . "$scratch/other"
echo 2 >d/a
mlops data add d >"$out"
commit two
expect_code 0 mlops data push

# Back to the first push, and two pushes of a clone that had not seen the second.
chmod -R u+w "$remote"
rm -rf "$remote"
cp -a "$scratch/backup" "$remote"
(
  cd "$scratch/other" || exit 1
  expect_code 0 mlops status
  lacks "$out" "not pushed"
  expect_code 0 mlops data pull
  for set in x y; do
    echo "$set" >"$set"
    expect_code 0 mlops data add "$set"
    expect_code 0 mlops data push
  done
)
for flag in --dry-run --wait; do
  expect_code 2 mlops data push "$flag"
  error_says "went back" "--accept-rollback"
done
expect_code 0 mlops data push --accept-rollback
git clone -q . "$scratch/fresh"
(
  cd "$scratch/fresh" || exit 1
  expect_code 0 mlops data pull
  [ "$(cat d/a)" = 2 ]
)

# Whoever does not know the remote's id makes no other one.
rm -f "$remote/format"
git clone -q . "$scratch/late"
(
  cd "$scratch/late" || exit 1
  echo 3 >e
  expect_code 0 mlops data add e
  for command in push pull; do
    expect_code 6 mlops data "$command" --remote origin
    error_says "no format file" "from a backup"
  done
  [ ! -e "$remote/format" ]
)

# A name that is wrong is one, also where nothing has to be fetched.
expect_code 2 mlops data fetch --remote orign
error_says "there is no remote 'orign'" "did you mean 'origin'?"

# A setting that came with a pull sends nothing into git's directory, the work tree or a data set, through links either.
ln -s "$PWD" "$scratch/link"
echo 4 >d/b
mlops data add d >"$out"
for place in "$PWD/.git" "$PWD/d" "$scratch/link/x" "$PWD/.git/mlops/store"; do
  expect_code 0 mlops config --tracked remote.origin.url "$place"
  expect_code 2 mlops data push
  error_says "lies in" "outside of it"
done
[ ! -e .git/head ]
[ ! -e .git/format ]
