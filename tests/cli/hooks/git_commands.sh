#!/bin/sh
# Hooks run in the environment that git gives them: after clone-like checkouts, pulls, rebases, in linked
# work trees, with an index elsewhere.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops init --hooks
commit setup
diverge
git worktree add --quiet '../linked tree' side
[ "$(cat '../linked tree/data/b')" = side ]
git -C '../linked tree' checkout --quiet --detach main
[ "$(cat '../linked tree/data/a')" = main ]
[ "$(cat data/a)" = main ]

# Rebase: once, at the end, also after a conflict.
git checkout --quiet -b rebased side
echo again >data/c
mlops data add data
commit again
expect_code 0 git rebase main
[ "$(cat data/a data/b data/c)" = "main
side
again" ]
[ "$(grep -c 'data set' "$err" "$out" | awk -F: '{ n += $2 } END { print n }')" -eq 1 ]
expect_code 0 mlops data status --json
json 'all(s["state"] == "unchanged" for s in j["data_sets"])'
git checkout --quiet -b clash side
echo clash >data/a
mlops data add data
commit clash
expect_code 1 git rebase main
expect_code 0 mlops data merge --theirs data/a
GIT_EDITOR=true expect_code 0 git rebase --continue
[ "$(cat data/a)" = clash ]

# A pull that is fast forward.
git checkout --quiet side
git branch --quiet behind side~1
git checkout --quiet behind
expect_code 0 git pull --quiet . side
[ "$(cat data/b)" = side ]

# git commit -a and stash have an index of their own meanwhile; -C and a subdirectory.
echo text >text && git add text && git commit --quiet -m text
echo more >text
git commit --quiet -am more
echo stashed >text
git stash --quiet
mkdir -p sub/deep && cd sub/deep
expect_code 0 git -C ../.. checkout main
[ "$(cat ../../data/a)" = main ]
cd ../..
expect_code 0 git --git-dir="$PWD/.git" --work-tree="$PWD" checkout side
[ "$(cat data/b)" = side ]
