#!/bin/sh
# What people type in their first hour with data, and the command that they are told to type then.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

# says CODE TEXT... -- COMMAND...: it ends with that code, and its error has each text, and a step.
says() {
  code=$1
  : >"$scratch/texts"
  while shift && [ "$1" != -- ]; do printf '%s\n' "$1" >>"$scratch/texts"; done
  shift
  expect_code "$code" "$@"
  contains "$err" "mlops: error: " "hint: "
  while IFS= read -r text; do contains "$err" "$text"; done <"$scratch/texts"
}

mkdir "$scratch/here/empty"
cd "$scratch/here/empty"
for verb in status "add x" checkout gc fsck log; do
  # shellcheck disable=SC2086 # a verb and its words
  says 2 "is not in a git work tree" "git init" -- mlops data $verb
done

git init --quiet "$scratch/here/with space"
cd "$scratch/here/with space"
mkdir -p "my data/sub"
seq 10 >"my data/a b.csv"
echo 1 >"my data/sub/c"
says 2 "did you mean 'mlops data add'" -- mlops add "my data"
says 2 "did you mean 'add'" -- mlops data ad "my data"
says 2 "'mlops data add' wants a <path>" "mlops data add <path>" -- mlops data add
says 2 "'my' does not exist" -- mlops data add my data
says 2 "the top of the work tree cannot be a data set" "mlops data add DIRECTORY" -- mlops data add .
says 2 "outside the work tree" "mlops -C <dir>" -- mlops data add /etc/hostname
expect_code 0 mlops data add "my data"
contains "$out" "next: git commit"

# No commit yet.
for verb in log "checkout --rev HEAD" "ls --rev HEAD"; do
  # shellcheck disable=SC2086 # a verb and its words
  says 2 "unknown revision 'HEAD'" "this repository has no commits yet" -- mlops data $verb
done
git commit --quiet -m one
says 2 "'my data.mlops' has the name of a pointer" "mlops data add 'my data'" -- mlops data add "my data.mlops"
says 2 "there is no remote yet" "mlops remote add origin <url>" -- mlops data push

# Below it, and with a part of the name.
cd "my data/sub"
says 2 "'c' is inside the data set '..'" "mlops data add .." -- mlops data add c
cd ../..
says 2 "'my' is no data set and not in one (work tree)" "mlops data status" -- mlops data checkout my data
says 2 "'my data/nothing' is not in data set 'my data'" "mlops data ls -- 'my data'" -- mlops data checkout "my data/nothing"

# A revision where a path is wanted.
echo 2 >"my data/sub/c"
expect_code 0 mlops data add "my data"
git commit --quiet -m two
says 2 "but a git revision" "mlops data checkout --rev 'HEAD~1'" -- mlops data checkout HEAD~1
says 2 "but a git revision" "mlops data ls --rev 'HEAD~1'" -- mlops data ls HEAD~1
mkdir other
(
  cd other
  says 2 "but a git revision" "mlops data checkout --rev main" -- mlops data checkout main
)
says 2 "unknown revision 'HEAD~7'" -- mlops data checkout --rev HEAD~7

# An edit that nobody stored.
echo mine >"my data/sub/c"
says 2 "my data/sub/c holds changes that the store does not have" "mlops data add <path>" "--force" -- mlops data checkout
git worktree add --quiet "$scratch/here/linked" 2>>"$err"
cd "$scratch/here/linked"
expect_code 0 mlops data checkout
equals "my data/sub/c" 2

# A shallow clone that has no bytes, and a history that it does not have.
git clone --quiet --depth 1 "file://$scratch/here/with space" "$scratch/here/shallow"
cd "$scratch/here/shallow"
says 6 "the store lacks data set 'my data'" "mlops data pull" "mlops config store.path" -- mlops data checkout
says 2 "there is no remote yet" "mlops remote add origin <url>" -- mlops data pull
says 2 "unknown revision 'HEAD~1'" "git fetch --unshallow" -- mlops data checkout --rev HEAD~1
says 2 "no revision" "git fetch --unshallow" -- mlops data diff HEAD~1
says 2 "it is a shallow clone" "fetch --unshallow" -- mlops data gc
expect_code 0 mlops data status
contains "$out" "not_in_store"
contains "$err" "next: mlops config store.path"
