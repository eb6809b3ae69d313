#!/bin/sh
# Hooks that are there go on working: they run first, with their arguments, input and exit code.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
diverge
cat >.git/hooks/post-checkout <<'END'
#!/bin/sh
echo "mine $#: $3, $(ls data 2>/dev/null | tr '\n' ' ')" >>.git/seen
exit 3
END
printf '#!/bin/sh\ncat >>.git/seen\n' >.git/hooks/post-rewrite
mkdir tools && printf '#!/bin/sh\necho linked >>.git/seen\n' >tools/post-merge
ln -s ../../tools/post-merge .git/hooks/post-merge
chmod +x .git/hooks/post-* tools/post-merge
expect_code 0 mlops init --hooks
contains "$out" "kept your hook, to be run first: '$PWD/.git/hooks/post-checkout.before-mlops'"
commit setup
find .git/hooks -printf '%p %m %T@ %l\n' | sort >"$scratch/hooks"
expect_code 0 mlops init --hooks
contains "$out" "nothing to do: hooks and merge driver are set up"
expect_code 0 mlops init --hooks --json
json 'j["hooks"]["changed"] == False and j["hooks"]["hooks"] == []'
find .git/hooks -printf '%p %m %T@ %l\n' | sort | diff "$scratch/hooks" - >&3
rm -f .git/seen
expect_code 1 git checkout side # as without ours
[ "$(cat data/b)" = side ]      # and ours came after it
grep -q 'mine 3: 1, a b c from-main ' .git/seen
rm .git/seen
git checkout main 2>/dev/null || :
expect_code 0 git merge --no-edit side
grep -qx linked .git/seen
git commit --quiet --amend -m amended
grep -q "$(git rev-parse HEAD)" .git/seen

expect_code 0 mlops init --no-hooks
contains "$out" "put back '$PWD/.git/hooks/post-checkout'" ".gitattributes stays"
[ -L .git/hooks/post-merge ]
[ ! -e .git/hooks/post-checkout.before-mlops ]
git config --local --list >"$out"
lacks "$out" mlops
expect_code 1 git checkout side
[ "$(cat data/a)" = main ]
expect_code 0 mlops init --no-hooks
contains "$out" "nothing to do: this clone has no hooks of mlops"

# Another program moved ours and runs it: moving its hook too would have them call each other for ever.
mlops init --hooks
mv .git/hooks/post-merge .git/hooks/post-merge.legacy
rm .git/hooks/post-merge.before-mlops
printf '#!/bin/sh\nexec "$0.legacy" "$@"\n' >.git/hooks/post-merge
chmod +x .git/hooks/post-merge
cp .git/hooks/post-merge "$scratch/other"
expect_code 0 mlops init --hooks
contains "$out" "nothing to do"
cmp .git/hooks/post-merge "$scratch/other"

# Two hooks of others for one name: nothing is lost.
printf '#!/bin/sh\n' >.git/hooks/post-rewrite
expect_code 2 mlops init --hooks
error_says "another hook is kept as 'post-rewrite.before-mlops'" "join the two by hand"
