#!/bin/sh
# pipeline plan: commands, edges and keys without starting a thing; the same bytes for the same files.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
cat >>pipeline.toml <<'END'
[environment.tool]
type = "process"
tools = ["touch started; echo 1"]
[stage.fit]
matrix = { fold = [0, 1] }
cmd = ["sh", "-c", "echo ${matrix.fold} > ${outs.model}"]
environment = "tool"
deps = ["count.txt"]
outs = { model = "m${matrix.fold}.bin" }
params = ["lr"]
timeout = "2h"
retry = { max = 2, on = ["exit:75"] }
resources = { cpu = 2, memory = "1GiB" }
env = { set = { A = "b" }, hash = ["LANG"] }
[stage.last]
cmd = "true"
after = ["fit"]
END
sed -i '2a params = ["params.toml"]' pipeline.toml
echo 'lr = 0.5' >params.toml

expect_code 0 mlops pipeline plan --json
cp "$out" "$scratch/first"
json 'j["version"] == 1 and j["name"] == "words" and j["params_files"] == ["params.toml"]'
json '[i["instance"] for i in j["instances"]] == ["upper", "count", "fit@fold=0", "fit@fold=1", "last"]'
json 'len(j["instances"][0]["key"]) == 64 and j["instances"][0]["key_pending"] is None'
json 'j["instances"][1]["key"] is None and "upper" in j["instances"][1]["key_pending"]'
json 'j["instances"][0]["argv"][:2] == ["sh", "-eu"] and j["instances"][0]["is_shell"]'
json 'j["instances"][2]["argv"] == ["sh", "-c", "echo 0 > m0.bin"] and not j["instances"][2]["is_shell"]'
json 'j["instances"][2]["matrix"] == {"fold": 0} and j["instances"][2]["params"] == {"lr": 0.5}'
json 'j["instances"][2]["outs"] == [{"path": "m0.bin", "name": "model", "kind": "data",
  "persist": False, "cache": True}]'
json 'j["instances"][2]["timeout"] == {"run_ms": 7200000, "grace_ms": 10000}'
json 'j["instances"][2]["retry"]["max"] == 2 and j["instances"][2]["retry"]["on"] == ["exit:75"]'
json 'j["instances"][2]["resources"]["memory_bytes"] == 2**30 and j["instances"][2]["environment"] == "tool"'
json 'j["instances"][2]["env"] == {"set": {"A": "b"}, "hash": ["LANG"], "pass": []}'
json '{"from": "upper", "to": "count", "kind": "data"} in j["edges"]'
json '{"from": "fit@fold=1", "to": "last", "kind": "order"} in j["edges"] and len(j["edges"]) == 5'
json 'j["environments"]["tool"]["type"] == "process" and j["pools"]["local"]["type"] == "local"'
expect_code 0 mlops pipeline plan --json
cmp "$out" "$scratch/first" || fail "two plans of the same files differ"
[ ! -e started ] || fail "the plan started a tool of the repository"
[ ! -e .git/mlops/runs ] || fail "the plan left a record"

# A part, and for people.
expect_code 0 mlops pipeline plan count --json
json '[i["instance"] for i in j["instances"]] == ["upper", "count"] and len(j["edges"]) == 1'
expect_code 0 mlops pipeline plan count
contains "$out" "  reads from   upper" "  makes        count.txt" "  key          not known: after 'upper'"

# The keys are those of a run: what ran is known further down, up to what needs a tool's answer.
expect_code 0 mlops run count
expect_code 0 mlops pipeline plan --json
json 'len(j["instances"][1]["key"]) == 64'
json 'j["instances"][2]["key"] is None and "tools" in j["instances"][2]["key_pending"]'
python3 - "$out" .git/mlops/runs/*/run.jsonl 2>&3 <<'END' || fail "the keys are not those of the run"
import json, sys
plan = json.load(open(sys.argv[1]))
planned = {i["instance"]: i["key"] for i in plan["instances"]}
ends = [e for e in map(json.loads, open(sys.argv[2])) if e["event"] == "end"]
assert len(ends) == 2 and all(planned[e["instance"]] == e["key"] for e in ends)
END

# A dep that is gone is said, not refused: whoever exports need not have the data.
rm data/in.txt
expect_code 0 mlops pipeline plan --json
json 'j["instances"][0]["key"] is None and "data/in.txt" in j["instances"][0]["key_pending"]'
