#!/bin/sh
# `status` and `run -n` start nothing that came with the repository: tools are asked by a run alone, and
# what they printed is remembered. An order without data leaves no doubt about what is up to date.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<END
schema = 1
name = "looks"
[environment.asked]
type = "process"
tools = ["echo asked >> '$scratch/asked'; cat version"]
[stage.warm-up]
cmd = ["true"]
[stage.copy]
environment = "asked"
cmd = ["cp", "in.txt", "out.txt"]
deps = ["in.txt"]
after = ["warm-up"]
outs = ["out.txt"]
END
echo 1 >version
echo one >in.txt
commit one

for look in "status" "run --dry-run"; do
  # shellcheck disable=SC2086 # words
  expect_code 0 mlops $look
  contains "$out" "the tools of 'asked' were never asked here"
  [ ! -e "$scratch/asked" ]
done
expect_code 0 mlops run
[ "$(wc -l <"$scratch/asked")" -eq 1 ]
expect_code 0 mlops run --dry-run
grep -Eq '^copy .*cached' "$out"
echo 2 >version
expect_code 0 mlops run --dry-run
grep -Eq '^copy .*cached' "$out"
[ "$(wc -l <"$scratch/asked")" -eq 1 ]
expect_code 0 mlops run
grep -Eq '^copy .*ran' "$out"
[ "$(wc -l <"$scratch/asked")" -eq 2 ]

# What stands around a run and is not built yet is said, and stops nothing.
printf '[[schedule]]\ncron = "0 3 * * *"\n' >>pipeline.toml
expect_code 0 mlops run
contains "$err" "pipeline.toml:" "schedule" "not supported by this build yet"
