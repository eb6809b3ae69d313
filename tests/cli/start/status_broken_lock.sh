#!/bin/sh
# A lock that cannot be read is named with file and line by status and by run, with the step that mends it; the rest
# is told as ever.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
mlops data add data/in.txt
expect_code 0 mlops run
commit one
expect_code 0 mlops status
contains "$out" "nothing to do"
cp pipeline.lock "$scratch/lock"

sed -i 's/^grade = .*/grade = 7/' pipeline.lock
line=$(grep -n '^grade' pipeline.lock | head -n 1 | cut -d: -f1)
expect_code 0 mlops status
contains "$out" "cannot run       pipeline.lock:$line" "grade" "next: git checkout -- pipeline.lock"
lacks "$out" "nothing to do" "would run"
expect_code 0 mlops status --json
json 'len(j["instances"]) == 2 and [r["instance"] for r in j["refusals"]] == [None]'
json 'j["refusal"].startswith("pipeline.lock:")'
expect_code 2 mlops run
error_says "pipeline.lock:$line" "git checkout -- pipeline.lock"
mkdir -p sub && cd sub
expect_code 0 mlops status
contains "$out" "next: git checkout -- ../pipeline.lock"
cd ..

# What changed is told beside it.
printf 'three\n' >>data/in.txt
expect_code 0 mlops status
contains "$out" "modified" "data/in.txt" "would run        'upper'" "cannot run       pipeline.lock:$line"
cp "$scratch/lock" pipeline.lock
expect_code 0 mlops data checkout --force

# Nobody has a better one: a run writes it anew, from what is cached.
sed -i 's|^grade = .*|grade = 7|' pipeline.lock
git add pipeline.lock
expect_code 0 mlops status
contains "$out" "cannot run       pipeline.lock:$line" "next: mend it, or: rm -- pipeline.lock && mlops run"
rm pipeline.lock
expect_code 0 mlops run
contains "$out" "2 cached"
cmp pipeline.lock "$scratch/lock"

# A merge left it to the user.
printf '<<<<<<< ours\n=======\n>>>>>>> theirs\n' >pipeline.lock
expect_code 0 mlops status
contains "$out" "cannot run       pipeline.lock:1: has git's conflict markers" "next: mlops data merge"
