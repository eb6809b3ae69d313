#!/bin/sh
# runs list, show and logs: what became of each instance, newest run first.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
expect_code 0 mlops runs list
contains "$err" "no run yet"
expect_code 2 mlops runs show
error_says "there is no run yet" "mlops run"
write_pipeline
printf '[stage.broken]\ncmd = "echo out; echo oops >&2; exit 3"\ndeps = ["count.txt"]\nouts = ["never.txt"]\n' \
  >>pipeline.toml
commit one
expect_code 0 mlops run count
first=$(ls .git/mlops/runs)
echo '# changed' >>pipeline.toml
expect_code 4 mlops run

expect_code 0 mlops runs list
[ "$(sed -n 2p "$out" | cut -f 1)" = "$first" ] || fail "the first run is not the last of the list"
contains "$out" "done" "failed (user)" "2 cached, 1 failed" "2 ran"
expect_code 0 mlops runs list -n 1 --json
json 'j["version"] == 1 and len(j["runs"]) == 1'
json 'j["runs"][0]["worst"] == "user" and j["runs"][0]["state"] == "finished"'
json 'j["runs"][0]["counts"]["cached"] == 2 and j["runs"][0]["counts"]["failed"] == 1'
json 'j["runs"][0]["dirty"] and j["runs"][0]["set"] == [] and j["runs"][0]["pipeline"] == "pipeline.toml"'

expect_code 0 mlops runs show
contains "$out" "failed (user)" "with uncommitted changes" "exit code 3" "upper" "weak"
expect_code 0 mlops runs show --json
json 'j["commit"] == "'"$(git rev-parse HEAD)"'"'
json '[i["state"] for i in j["instances"]] == ["cached", "cached", "failed"]'
json 'j["instances"][2]["exit_code"] == 3 and j["instances"][2]["attempts"] == 1'
json 'j["instances"][2]["peak_rss_bytes"] > 0 and j["instances"][0]["exit_code"] is None'
json 'j["instances"][0]["outs"][0]["path"] == "upper.txt" and j["instances"][0]["outs"][0]["root"][:3] == "r1:"'
json 'len(j["instances"][0]["key"]) == 64 and j["instances"][0]["grade"] == "weak"'
json 'j["edges"] == [{"from": "upper", "to": "count", "kind": "data"},
  {"from": "count", "to": "broken", "kind": "data"}]'
# By its beginning: all that two ids share names none of them.
expect_code 0 mlops runs show "$first" --json
json 'j["run"] == "'"$first"'" and [i["state"] for i in j["instances"]] == ["ran", "ran"]'
expect_code 2 mlops runs show 20
error_says "is the beginning of 2 runs" "more of it"
expect_code 2 mlops runs show nothing
error_says "there is no run 'nothing'" "mlops runs list"
expect_code 2 mlops runs show ../runs
contains "$err" "there is no run"

expect_code 0 mlops runs logs @last broken
equals "$out" "out
oops"
expect_code 2 mlops runs logs @last upper
error_says "was not started" "mlops runs show"
expect_code 2 mlops runs logs @last brokn
error_says "has no instance 'brokn'" "did you mean 'broken'?"
expect_code 4 mlops runs attach
contains "$out" "broken | oops" "failed (user)"
expect_code 0 mlops runs attach "$first"

# A torn last line is that of a crash; a record that cannot be read does not hide the others.
printf '{"event":"end","inst' >>".git/mlops/runs/$first/run.jsonl"
expect_code 0 mlops runs show "$first"
mkdir .git/mlops/runs/later
echo '{"event":"run","time":"2030-01-01T00:00:00Z","version":7}' >.git/mlops/runs/later/run.jsonl
expect_code 0 mlops runs list
contains "$err" "later/run.jsonl:1: version: 7 is not known"
contains "$out" "$first"
expect_code 2 mlops runs show later
error_says "version: 7" "reads version 1"
