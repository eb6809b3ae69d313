#!/bin/sh
# Under --isolated an undeclared write is an error, and reaches nothing; without it, it is listed. Persistent
# outs come along; what Python keeps of its modules is no write.
# rule 07
# failure undeclared
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
echo in >in.txt
echo 'X = 1' >lib.py
cat >pipeline.toml <<'EOF'
schema = 1
name = "writes"
[stage.a]
cmd = "cp in.txt out.txt; echo stray > stray.txt; python3 -c 'import lib'"
deps = ["in.txt", "lib.py"]
outs = ["out.txt", { path = "state", persist = true, cache = false }]
EOF
mechanisms=copies
if unshare -m true 2>&3 || unshare -rm true 2>&3; then mechanisms="namespaces copies"; fi
for how in $mechanisms; do
  expect_code 4 mlops run --isolated="$how"
  contains "$err" "stage 'a' failed: wrote 'stray.txt', which no out declares"
  [ ! -e stray.txt ]
  [ ! -e out.txt ]
done
sed -i "s|echo stray > stray.txt; python3|mkdir -p state; echo run >> state/runs; python3|" pipeline.toml
runs=0
for how in $mechanisms; do
  runs=$((runs + 1))
  expect_code 0 mlops run --no-cache --isolated="$how"
  [ "$(wc -l <state/runs)" -eq "$runs" ]
done
# A failing attempt keeps them too: that is what a checkpoint is for.
sed -i "s|python3 -c 'import lib'|exit 1|" pipeline.toml
expect_code 4 mlops run --isolated
[ "$(wc -l <state/runs)" -eq "$((runs + 1))" ]
[ "$(cat out.txt)" = in ]
sed -i "s|exit 1|rm -f in.txt; exit 0|" pipeline.toml
expect_code 4 mlops run --isolated=copies
contains "$err" "wrote 'in.txt', which no out declares"
[ -e in.txt ]
