#!/bin/sh
# Under --isolated an import of a local module that no dep declares fails, and is named: with namespaces
# and with copies.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p src data
echo 'VALUE = 1' >helper.py
printf 'import sys\nsys.path.insert(0, "src")\nimport lib\nimport helper\nopen("out.txt", "w").write(open("data/in.txt").read())\n' >train.py
echo 'X = 2' >src/lib.py
echo in >data/in.txt
cat >pipeline.toml <<'EOF'
schema = 1
name = "isolated"
[stage.train]
cmd = ["python3", "train.py"]
deps = ["train.py", "src", "data/in.txt"]
outs = ["out.txt"]
EOF
expect_code 0 mlops run
[ "$(cat out.txt)" = in ]
mechanisms=copies
if unshare -m true 2>&3 || unshare -rm true 2>&3; then mechanisms="namespaces copies"; fi
for how in $mechanisms; do
  expect_code 4 mlops run --no-cache --isolated="$how"
  contains "$err" "stage 'train' failed: exit code 1" "its log names 'helper.py', which no dep declares" \
    "add 'helper.py' to the deps of [stage.train]"
  [ "$(cat out.txt)" = in ]
done
sed -i 's|"src", |"src", "helper.py", |' pipeline.toml
for how in $mechanisms; do
  echo "$how" >data/in.txt
  expect_code 0 mlops run --isolated="$how"
  contains "$out" "1 instance, 1 ran"
  [ "$(cat out.txt)" = "$how" ]
done
[ -z "$(ls .git/mlops/isolated/*/ 2>&3)" ]

# What is isolated and what is not share their results.
expect_code 0 mlops run
contains "$out" "1 cached"
