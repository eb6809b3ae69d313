#!/bin/sh
# What keeps one stage from running hides no other from status: each is named, the rest is told as ever.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
echo 1 >in.txt
cat >pipeline.toml <<'END'
schema = 1
[stage.good]
cmd = "cp in.txt good.txt"
deps = ["in.txt"]
outs = ["good.txt"]
[stage.lost]
cmd = "cp nowhere.txt lost.txt"
deps = ["nowhere.txt"]
outs = ["lost.txt"]
[stage.taken]
cmd = "cp in.txt taken.txt"
deps = ["in.txt"]
outs = ["taken.txt"]
[stage.next]
cmd = "cat lost.txt good.txt > next.txt"
deps = ["lost.txt", "good.txt"]
outs = ["next.txt"]
END
echo mine >taken.txt
git add --force taken.txt
expect_code 0 mlops status
contains "$out" "would run        'good' (" "cannot run       " "nowhere.txt" "the out 'taken.txt' of 'taken' holds files" \
  "would run        'next' (after " "next: "
[ "$(grep -c '^cannot run' "$out")" -eq 2 ]
lacks "$out" "would run        'lost'" "would run        'taken'"
expect_code 0 mlops status --json
json '[i["instance"] for i in j["instances"]] == ["good", "next"]'
json 'sorted(r["instance"] for r in j["refusals"]) == ["lost", "taken"]'
json 'j["refusal"] == j["refusals"][0]["message"]'
expect_code 0 mlops status -z
[ "$(tr '\0' '\n' <"$out" | grep -cx refusal)" -eq 2 ]
# A run refuses as before, with nothing done.
expect_code 2 mlops run
[ ! -e good.txt ]
expect_code 2 mlops run -n
