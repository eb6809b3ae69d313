#!/bin/sh
# One adds, pushes and commits; a fresh git clone and `mlops data pull` give another the same bytes.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository ada
mkdir -p data/raw/below
head -c 300000 /dev/urandom >data/raw/large.bin
seq 20000 >data/raw/rows.csv
echo x >'data/raw/below/a name with spaces'
printf '#!/bin/sh\n' >data/raw/run.sh && chmod +x data/raw/run.sh
: >data/raw/empty
echo single >data/one.txt
mkdir "$scratch/here/team"
expect_code 0 mlops remote add origin "$scratch/here/team/store"
contains "$out" "works   compare-and-swap" "added remote 'origin'" "by default" "next: mlops data push"
mlops data add data/raw data/one.txt
contains .mlops/config.toml '[remote.origin]' 'url = '

expect_code 0 mlops data status
contains "$err" "not pushed: 'data/one.txt' and 1 more; next: mlops data push"
expect_code 0 mlops data push -n
contains "$out" "would push 2 versions to 'origin'" "next: mlops data push"
[ ! -e "$scratch/here/team/store/head" ]
expect_code 0 mlops data push
contains "$out" "pushed 2 versions to 'origin'"
expect_code 0 mlops data push
contains "$out" "nothing to push: 'origin' has all 2 versions"
expect_code 0 mlops data status --json
json 'all(d["pushed"] for d in j["data_sets"])'
expect_code 0 mlops remote show
contains "$out" "2 versions" "'data/raw': 1 version"
commit one && git tag v1

git clone --quiet . "$scratch/here/bob"
cd "$scratch/here/bob"
expect_code 0 mlops data pull -n
contains "$out" "would fetch 2 versions from 'origin'"
expect_code 0 mlops data pull
contains "$out" "fetched 2 versions from 'origin'" "6 files written"
diff -r "$scratch/here/ada/data/raw" data/raw
cmp "$scratch/here/ada/data/one.txt" data/one.txt
[ -x data/raw/run.sh ]
expect_code 0 mlops data fsck
expect_code 0 mlops data pull
lacks "$out" fetched
expect_code 0 mlops data fetch
contains "$out" "nothing to fetch"
[ -z "$(git status --porcelain)" ]

# Back the other way: only what is new goes, and an older revision comes when it is asked for.
echo more >>data/raw/rows.csv
mlops data add data/raw
expect_code 0 mlops data push --json
json 'len(j["remotes"][0]["published"]) == 1 and j["remotes"][0]["present"] == 1 and j["remotes"][0]["bytes"] < 250000'
commit two
cd "$scratch/here/ada"
git pull --quiet "$scratch/here/bob" main
expect_code 0 mlops data pull data/raw/rows.csv
tail -n 1 data/raw/rows.csv >"$out"
equals "$out" more
git clone --quiet . "$scratch/here/eve"
cd "$scratch/here/eve"
expect_code 0 mlops data pull --rev v1
[ "$(wc -l <data/raw/rows.csv)" -eq 20000 ]
expect_code 0 mlops data fetch --all-refs --json
json 'sum(len(r["fetched"]) for r in j["remotes"]) == 1'

# A part of a data set: its bytes come, and no others; what would need the rest says so.
git clone --quiet . "$scratch/here/part"
cd "$scratch/here/part"
expect_code 0 mlops data pull data/one.txt data/raw/below
cmp 'data/raw/below/a name with spaces' "$scratch/here/ada/data/raw/below/a name with spaces"
[ ! -e data/raw/large.bin ]
[ "$(du -sk .git/mlops/store/packs | cut -f1)" -lt 1400 ]
expect_code 0 mlops data ls data/raw
contains "$out" large.bin
expect_code 0 mlops data status
contains "$out" "data/raw"
expect_code 0 mlops data fsck
expect_code 0 mlops data gc
cmp 'data/raw/below/a name with spaces' "$scratch/here/ada/data/raw/below/a name with spaces"
expect_code 6 mlops data checkout --full data/raw
error_says "the store lacks the content of files" "mlops data pull -- data/raw/"
expect_code 0 mlops data pull data/raw
expect_code 0 mlops data checkout --full data/raw
diff -r data/raw "$scratch/here/ada/data/raw"
