#!/bin/sh
# Two results whose keys begin alike are made at the same time by one run: only other runs are waited for.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
# shellcheck disable=SC2016 # the pipeline's
{
  printf '%s\n' 'schema = 1' 'name = "pair"' '[pool.local]' 'type = "local"' 'slots = { cpu = 8 }' '[stage.one]' \
    'cmd = ["sh", "one.sh", "${matrix.n}"]' 'env = { pass = ["GO"] }' 'deps = ["one.sh"]' 'outs = ["o-${matrix.n}"]'
  echo "matrix = { n = [$(seq -s , 0 399)] }"
} >pipeline.toml
# Each waits until both are there.
cat >one.sh <<'END'
touch "$GO/$1" "o-$1"
for _ in $(seq 300); do
  if [ "$(ls "$GO" | wc -l)" -eq 2 ]; then exit 0; fi
  sleep 0.1
done
exit 1
END
mkdir "$scratch/go"
export GO="$scratch/go"
expect_code 0 mlops pipeline plan --json
# Of 400 keys some begin alike.
python3 - "$out" >"$scratch/pair" <<'END'
import json, sys
known = {}
for one in json.load(open(sys.argv[1]))["instances"]:
    begin = one["key"][:3]
    if begin in known:
        print(known[begin], one["instance"])
        break
    known[begin] = one["instance"]
END
read -r first second <"$scratch/pair"
expect_code 0 mlops run -j2 "$first" "$second"
contains "$out" "2 instances, 2 ran"
is_empty "$err"
