#!/bin/sh
# A pointer or a lock that cannot be read, wherever git has it, ends gc with nothing removed. Lock files of
# other programs are none of ours.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
head -c 100000 /dev/urandom >a
mlops data add a && cp a.mlops "$scratch/good" && commit one
head -c 100000 /dev/urandom >a
mlops data add a
git checkout --quiet HEAD -- a.mlops
packs() { find .git/mlops/store/packs .git/mlops/store/roots -type f | sort; }
packs >"$scratch/before"
refused() {
  expect_code 2 mlops data gc
  error_says "$@"
  contains "$err" "nothing was removed"
  packs | cmp - "$scratch/before"
}

printf '[[package]]\nname = "serde"\n' >Cargo.lock
mkdir deps && printf '{broken' >deps/yarn.lock
git add . && git commit --quiet -m others

# In the work tree, tracked or not.
echo broken >b.mlops
refused "b.mlops:1" ""
rm b.mlops
printf '# written by mlops run; commit it\nschema = 1\nbroken\n' >pipeline.lock
refused "pipeline.lock:3" ""
rm pipeline.lock
ln -s a.mlops c.mlops
refused "c.mlops" ""
rm c.mlops

# In the index.
echo broken >b.mlops && git add b.mlops && rm b.mlops
refused "b.mlops in the index" ""
git rm --cached --quiet b.mlops

# In a stash, and in a commit that only a reflog has.
echo broken >b.mlops && git add b.mlops && git stash --quiet
refused "history has a file that cannot be read: b.mlops" "--find-object="
git stash drop --quiet && git reflog expire --expire=now --all

git tag broken "$(git hash-object -w --stdin </dev/null)"
tree=$(printf '100644 blob %s\tx.mlops\n' "$(echo broken | git hash-object -w --stdin)" | git mktree)
git tag of-a-tree "$tree"
refused "x.mlops" "--find-object="
git tag -d of-a-tree

# In another work tree; and one that is gone.
git worktree add --quiet ../linked
echo broken >../linked/b.mlops
refused "b.mlops:1" ""
rm -r ../linked
refused "is gone" "worktree prune"
git worktree prune && git branch -D linked

# History that is not whole.
commit=$(git rev-parse HEAD) && parent=$(git rev-parse HEAD~1)
object=.git/objects/$(echo "$parent" | cut -c1-2)/$(echo "$parent" | cut -c3-)
mv "$object" "$scratch/parent"
code=0
mlops data gc 2>"$err" || code=$?
[ "$code" -eq 2 ] || [ "$code" -eq 6 ]
contains "$err" "nothing was removed"
packs | cmp - "$scratch/before"
mv "$scratch/parent" "$object"
git cat-file -e "$commit"

expect_code 0 mlops data gc
contains "$out" "1 version in use"
