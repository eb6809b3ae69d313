#!/bin/sh
# core.hooksPath, of the repository or of the user for all of his, stays as it is: what it names runs first,
# what is added to it later as well.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

write_hook() {
  printf '#!/bin/sh\necho "%s $0" >>"%s/seen"\n' "$2" "$scratch" >"$1/$2"
  chmod +x "$1/$2"
}
seen() {
  contains "$scratch/seen" "$@"
  rm "$scratch/seen"
}

new_repository
mkdir 'my hooks'
write_hook 'my hooks' post-checkout
write_hook 'my hooks' pre-commit
git config core.hooksPath 'my hooks'
expect_code 0 mlops init --hooks
contains "$out" "hooks in 'my hooks' run first, unchanged"
git status --porcelain 'my hooks' >"$out"
equals "$out" "?? \"my hooks/\""
commit setup
seen "pre-commit my hooks/pre-commit"
git config core.hooksPath >"$out"
equals "$out" "$PWD/.git/mlops/hooks"
expect_code 0 mlops init --hooks
contains "$out" "nothing to do"
diverge
git checkout --quiet side
seen "post-checkout my hooks/post-checkout"
[ "$(cat data/b)" = side ]
write_hook 'my hooks' pre-push
write_hook 'my hooks' post-commit
git init --quiet --bare "$scratch/here/remote"
git push --quiet ../remote side
seen "pre-push my hooks/pre-push"

# The program that owns core.hooksPath sets it again.
git config core.hooksPath 'my hooks'
git checkout --quiet main
[ "$(cat data/b)" = side ]
expect_code 0 mlops init --hooks
contains "$out" "hooks in 'my hooks' run first"
expect_code 0 mlops init --no-hooks
contains "$out" "git looks for hooks in 'my hooks' again"
git config core.hooksPath >"$out"
equals "$out" "my hooks"
[ ! -e .git/mlops/hooks/post-checkout ]

git config core.hooksPath 'my hooks'
mlops init --hooks
git config core.hooksPath 'my hooks'
expect_code 0 mlops init --no-hooks
[ ! -e .git/mlops/hooks/post-checkout ]

# For all repositories of the user.
git config --unset core.hooksPath
mkdir "$HOME/hooks" && write_hook "$HOME/hooks" pre-commit
# shellcheck disable=SC2088 # git expands it
git config --global core.hooksPath '~/hooks'
expect_code 0 mlops init --hooks
rm -f "$scratch/seen"
git commit --quiet --allow-empty -m x
seen "pre-commit $HOME/hooks/pre-commit"
mlops data checkout
git checkout --quiet side
[ "$(cat data/b)" = side ]
expect_code 0 mlops init --no-hooks
git config --local --list >"$out"
lacks "$out" core.hookspath mlops
ls "$HOME/hooks" >"$out"
equals "$out" pre-commit

# Once git looks into our directory, other programs write there as well: what is theirs stays.
git config --global --unset core.hooksPath
git config core.hooksPath 'my hooks'
mlops init --hooks
printf '#!/bin/sh\n' >.git/mlops/hooks/pre-commit
expect_code 2 mlops init --hooks
error_says "is a hook of another program" "my hooks"
expect_code 0 mlops init --no-hooks
[ -e .git/mlops/hooks/pre-commit ]
