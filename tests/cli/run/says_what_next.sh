#!/bin/sh
# The mistakes of a first hour: each message says what to do next.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

# Where there is no repository, and where there is nothing in it.
expect_code 2 mlops run
error_says "is not in a git work tree" "git init"
new_repository "my repo"
expect_code 2 mlops run
error_says "there is no 'pipeline.toml'" "mlops pipeline --help"

write() {
  mkdir -p 'sub dir'
  echo in >in.txt
  cat >pipeline.toml <<'END'
schema = 1
name = "first"
[stage.sort]
cmd = "sort -o 'out put.txt' in.txt"
deps = ["in.txt"]
outs = ["out put.txt"]
[stage.count]
cmd = "wc -l <'out put.txt' >count.json"
deps = ["out put.txt"]
metrics = ["count.json"]
END
}
# mistake SED PROBLEM NEXT
mistake() {
  write
  sed -i "$1" pipeline.toml
  expect_code 2 mlops run
  error_says "$2" "$3"
}
mistake 's/^outs = /out = /' "stage.sort.out: unknown key" "did you mean 'outs'?"
mistake 's/^schema = 1//' "key 'schema' is missing" "begin the file with: schema = 1"
mistake '/^\[stage.sort\]/a environment = "conda"' "there is no environment 'conda'" "[environment.conda]"
mistake '/^\[stage.sort\]/a pool = "cluster"' "there is no pool 'cluster'" "[pool.cluster]"
mistake 's/^deps = \["in.txt"\]/deps = ["absent.txt"]/' "'absent.txt' does not exist" "no stage makes it"
mistake 's/^deps = \["out put.txt"\]/deps = ["count.json"]/' "reads its own out" "take it out of deps"
mistake 's/^deps = \["in.txt"\]/deps = ["count.json"]/' "cycle: " "one of them has to do without"
mistake 's/^metrics = .*/outs = ["out put.txt\/x"]/' "lies inside the out" "give each a place of its own"
mistake '/^\[stage.count\]/a after = ["count"]' "comes after itself" "take it out of after"

write
expect_code 2 mlops run pipelin.toml
error_says "there is no 'pipelin.toml'" "did you mean 'pipeline.toml'?"
(
  cd 'sub dir'
  expect_code 0 mlops run
)
# A number alone is no metric.
expect_code 2 mlops metrics show
error_says "count.json:1: the top must be a table of names and values" '{"accuracy": 0.9}'
expect_code 2 mlops runs logs @last nothing
error_says "has no instance 'nothing'" "mlops runs show "
expect_code 2 mlops run --environment conda
error_says "no environment 'conda'" "[environment.conda]"
expect_code 2 mlops run --set rate=1
error_says "there is no parameter 'rate'" "params"
commit one
git worktree add --quiet -b linked "$scratch/here/linked tree"
(
  cd "$scratch/here/linked tree"
  expect_code 0 mlops run
  contains "$out" "sort   restored" "count  cached"
)
git clone --quiet --depth 1 "file://$PWD" "$scratch/here/shallow"
cd "$scratch/here/shallow"
expect_code 0 mlops run
contains "$out" "2 instances, 2 ran"
expect_code 2 mlops metrics diff HEAD~1
error_says "unknown revision 'HEAD~1'" "git fetch --unshallow"
