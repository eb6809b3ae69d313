#!/bin/sh
# The pre-push hook hands over as many commits as a history has, and only those that name data: other tools have
# files called *.lock, too.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

git init --quiet --bare "$scratch/here/git"
new_repository
git remote add origin "$scratch/here/git"
mlops init --hooks >"$out"
commit hooks
# In the place of mlops, one that writes down what it is given.
cat >"$scratch/record" <<'END'
#!/bin/sh
echo "$@" >"${0%/*}/arguments"
cat >"${0%/*}/commits"
END
chmod +x "$scratch/record"
git config mlops.program "$scratch/record"

given() {
  equals "$scratch/arguments" "data push --pre-push"
  for name in "$@"; do git rev-parse "$name"; done | sort >"$scratch/wanted"
  sort -u "$scratch/commits" | sed '/^$/d' | diff "$scratch/wanted" - >&3 || fail "other commits than $*"
}

echo 1 >Cargo.lock && git add Cargo.lock && commit cargo
mkdir sub && echo 1 >sub/poetry.lock && git add sub && commit poetry
echo 1 >pipeline.lock && git add pipeline.lock && commit lock
echo text >text && git add text && commit text
git push --quiet origin main
given main main~1
echo 2 >Cargo.lock && git add Cargo.lock && commit cargo2
mkdir data && echo 1 >data/set.mlops && git add data && commit pointer
git push --quiet origin main
given main
git push --quiet origin main:other
rm "$scratch/arguments"
git push --quiet origin :other
[ ! -e "$scratch/arguments" ]

# More than fits on a command line.
seq 50000 | awk '{
  print "commit refs/heads/long\ncommitter a <a@b> " $1 " +0000\ndata 0\nM 100644 inline d.mlops"
  print "data " length($1) + 1 "\n" $1
}' | git fast-import --quiet
rm -f "$scratch/commits"
printf 'refs/heads/long %s refs/heads/long %s\n' "$(git rev-parse long)" "$(git rev-parse main | tr '0-9a-f' 0)" \
  >"$scratch/refs"
expect_code 0 .git/hooks/pre-push origin "$scratch/here/git" <"$scratch/refs"
equals "$scratch/arguments" "data push --pre-push"
[ "$(sort -u "$scratch/commits" | sed '/^$/d' | wc -l)" -eq 50000 ]

# By hand, what is no commit is refused, and a revision is named with --rev.
git config --unset mlops.program
mlops remote add team "$scratch/here/store" >"$out"
echo '--all' >"$scratch/refs"
expect_code 2 mlops data push --pre-push <"$scratch/refs"
error_says "'--all' is no commit's id" "mlops init --hooks"
