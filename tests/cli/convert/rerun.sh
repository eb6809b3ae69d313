#!/bin/sh
# A conversion that was killed anywhere is ended by the same command.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

for sample in dvc3 lfs; do
  cd "$scratch/here"
  from_sample "$sample"
  tool=${sample%3}
  mlops convert "$tool" >"$out"
  git status --porcelain >"$scratch/wanted"
  git diff --cached >"$scratch/wanted.diff"

  # All of the work tree was done, and nothing staged.
  cp .git/index "$scratch/index"
  git read-tree HEAD
  expect_code 0 mlops convert "$tool"
  git status --porcelain >"$out"
  diff "$scratch/wanted" "$out" >&3
  git diff --cached >"$out"
  diff "$scratch/wanted.diff" "$out" >&3

  # Half of the work tree was done.
  git read-tree HEAD
  for file in *.mlops; do rm "$file" && break; done
  git checkout --quiet -- .gitattributes 2>"$out" || true
  expect_code 0 mlops convert "$tool"
  git diff --cached >"$out"
  diff "$scratch/wanted.diff" "$out" >&3

  # The store was done, and the work tree not begun; the index is locked meanwhile.
  git reset --quiet --hard
  touch .git/index.lock
  expect_code 7 mlops convert "$tool"
  rm .git/index.lock
  expect_code 0 mlops convert "$tool"
  git diff --cached >"$out"
  diff "$scratch/wanted.diff" "$out" >&3
done
