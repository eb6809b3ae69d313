#!/bin/sh
# Whoever takes the line of an out, or of a data set, out of .gitignore gets it back before git takes the data: from
# the next run, although nothing is to be done, and from the next checkout. Metrics stay git's.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir sub
cat >pipeline.toml <<'END'
schema = 1
name = "comes-back"
[stage.make]
cmd = ["sh", "-c", "mkdir -p sub/out && cat in.txt >sub/out/data && wc -l <in.txt >metrics.json"]
deps = ["in.txt"]
outs = ["sub/out"]
metrics = ["metrics.json"]
END
echo one >in.txt
expect_code 0 mlops run
contains sub/.gitignore "/out"
for _ in 1 2; do
  expect_code 0 mlops run
  contains "$out" "make  cached"
done
rm sub/.gitignore
expect_code 0 mlops run
contains "$out" "make  cached"
equals sub/.gitignore "/out"
expect_code 0 mlops run
printf '# mine\n' >sub/.gitignore
expect_code 0 mlops run
printf '# mine\n/out\n' | diff - sub/.gitignore >&3

# Another rule of the user's does as well.
rm sub/.gitignore
printf 'out/\n' >.gitignore
expect_code 0 mlops run
[ ! -e sub/.gitignore ]
git check-ignore --quiet metrics.json && fail "metrics are ignored"

mkdir data && echo set >data/set
mlops data add data/set >"$out"
rm data/.gitignore
expect_code 0 mlops data checkout
contains "$out" "added a line to 'data/.gitignore'"
equals data/.gitignore "/set"
expect_code 0 mlops data checkout
lacks "$out" "added a line"
git check-ignore --quiet metrics.json && fail "metrics are ignored"
git add --all
[ -z "$(git ls-files data/set sub/out)" ]
[ -n "$(git ls-files metrics.json)" ]
