#!/bin/sh
# What would mix with other changes, or lose some, is refused before anything changes.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

from_sample dvc3
expect_code 2 mlops convert svn
error_says "convert takes over from 'dvc' or 'lfs', not 'svn'" "mlops convert -h"

echo more >notes && git add notes
expect_code 2 mlops convert dvc
error_says "git's index has changes that are not committed" "git commit"
git reset --quiet --hard

echo '# mine' >>images.dvc
expect_code 2 mlops convert dvc
error_says "'images.dvc' has changes that git does not have" "git checkout -- images.dvc"
git reset --quiet --hard

git checkout --quiet -b other v1 && echo '# a' >>images.dvc && commit a
git checkout --quiet main && echo '# b' >>images.dvc && commit b
git merge other >"$out" 2>&1 || true
expect_code 2 mlops convert dvc
error_says "'images.dvc' is in conflict" "git status"
git merge --abort && git reset --quiet --hard v3

# A pointer that git would not see.
echo '*.mlops' >.gitignore && commit hidden
expect_code 2 mlops convert dvc
error_says "git ignores 'data/train.csv.mlops'" "echo"
git reset --quiet --hard v3

# A data set of DVC within another of ours.
rm images.dvc && sed -i /images/d .gitignore && commit removed
mkdir -p images && echo x >images/x && mlops data add images && commit ours
printf 'outs:\n- md5: e67f0f5d6b7bd3c1dbd9643253056622\n  hash: md5\n  path: images/y\n' >y.dvc && commit nested
expect_code 2 mlops convert dvc
error_says "'images/y' is inside the data set 'images'" "mlops data add images"
[ -z "$(git status --porcelain)" ]

# What lies in the place of a pointer, and files that git tracks or that steer it.
git reset --quiet --hard v3 && git clean -fdq
echo notes >images.mlops
expect_code 2 mlops convert dvc
error_says "'images.mlops' is in the place of a pointer" "move it away"
rm images.mlops
for path in build.sh .gitattributes; do
  echo x >"$path"
  printf 'outs:\n- md5: e67f0f5d6b7bd3c1dbd9643253056622\n  hash: md5\n  path: %s\n' "$path" >z.dvc
  commit "$path"
  expect_code 2 mlops convert dvc
  contains "$err" "'$path'"
  git reset --quiet --hard v3
done
