#!/bin/sh
# A pattern in a run names what that run made, whatever lies there now.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops init >"$out"
cat >make.sh <<'END'
mkdir -p out
for i in $(seq "$(cat count)"); do printf 'x\n%s\n' "$i" >"out/$i.csv"; done
END
cat >pipeline.toml <<'END'
schema = 1
[stage.make]
cmd = ["sh", "make.sh"]
deps = ["make.sh", "count"]
outs = ["out"]
END
cat >safeguards.toml <<'END'
schema = 1
[check.c]
table = "@last:out/*.csv"
[[check.c.column]]
name = "x"
max = 2
END
echo 3 >count
commit one
expect_code 0 mlops run
first=$(ls .git/mlops/runs)
echo 2 >count
commit two
expect_code 0 mlops run
expect_code 0 mlops check
contains "$out" "@last:out/*.csv" "2 rows in 2 files"
printf 'x\n99\n' >out/9.csv
expect_code 0 mlops check
contains "$out" "2 rows in 2 files"
expect_code 1 mlops check "run:$first:out/*.csv" --use c
contains "$out" "3 rows in 3 files" "run:$first:out/3.csv row 1"
expect_code 2 mlops check '@last:out/[3-9].csv' --use c
error_says "there is no table '@last:out/[3-9].csv'" "REV:path"
# Nor is one file of another run taken for this one's.
expect_code 2 mlops check @last:out/9.csv --use c
# Other files are those of its commit.
expect_code 1 mlops check "run:$first:**/*.csv" --use c
contains "$out" "3 rows in 3 files"
