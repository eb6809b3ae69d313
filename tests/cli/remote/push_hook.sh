#!/bin/sh
# git push brings the data first; or refuses, or warns, as data.push_hook says.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

git init --quiet --bare "$scratch/here/git"
new_repository
git remote add origin "$scratch/here/git"
mkdir -p .git/hooks
printf '#!/bin/sh\ncat >>.git/seen-by-theirs\n' >.git/hooks/pre-push
chmod +x .git/hooks/pre-push
mlops init --hooks >"$out"
version() {
  echo "$1" >data
  mlops data add data
  commit "$1"
}

# Without a remote, nothing is in the way.
version 1
expect_code 0 git push --quiet origin main
contains .git/seen-by-theirs "refs/heads/main"

mlops remote add team "$scratch/here/store" >"$out"
version 2
version 3
expect_code 0 git push --quiet origin main
cat "$err" >>"$out"
contains "$out" "pushed 2 versions to 'team'"
expect_code 0 mlops remote show --json
json 'j["versions"] == 2'

mlops config data.push_hook refuse
version 4
expect_code 1 git push --quiet origin main
contains "$err" "1 version that the commits name is not pushed" "next: mlops data push" "git push --no-verify"
[ "$(git rev-parse main)" != "$(git ls-remote origin refs/heads/main | cut -f1)" ]
mlops data push >"$out"
expect_code 0 git push --quiet origin main

mlops config data.push_hook warn
version 5
expect_code 0 git push --quiet origin main
contains "$err" "is not pushed" "next: mlops data push"
expect_code 0 git push --quiet origin main:other
expect_code 0 git push --quiet origin :other

# A remote that cannot be reached stops git only where the data must go first.
mv "$scratch/here/store" "$scratch/here/away"
version 6
expect_code 0 git push --quiet origin main
contains "$err" "whether the data is pushed cannot be said"
mlops config data.push_hook push
version 7
expect_code 1 git push --quiet origin main
contains "$err" "is its disk mounted?"
expect_code 0 git push --quiet --no-verify origin main
