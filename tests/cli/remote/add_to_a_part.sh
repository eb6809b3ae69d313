#!/bin/sh
# Adding to a data set of which a part was pulled, and the rest is on the remote alone: the new version keeps the rest,
# is pushed where that is, and whoever pulls it has all of it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository ada
mkdir -p data/raw/below data/raw/beside/deep
head -c 2000000 /dev/urandom >data/raw/large.bin
head -c 100000 /dev/urandom >data/raw/beside/deep/far.bin
seq 20000 >data/raw/rows.csv
echo x >data/raw/below/near
mlops remote add origin "$scratch/here/store" >"$out"
mlops data add data/raw >"$out"
mlops data push >"$out"
commit one

git clone --quiet . "$scratch/here/bob"
cd "$scratch/here/bob"
expect_code 0 mlops data pull data/raw/below
before=$(cat data/raw.mlops)
expect_code 0 mlops data add data/raw
equals data/raw.mlops "$before"
echo y >>data/raw/below/near
echo new >data/raw/new.txt
cp data/raw.mlops "$scratch/pointer"
expect_code 0 mlops data add -n data/raw
cmp data/raw.mlops "$scratch/pointer"
expect_code 0 mlops data add data/raw
contains data/raw.mlops "files = 5"
expect_code 0 mlops data ls data/raw
contains "$out" below/near beside/deep/far.bin large.bin new.txt rows.csv
[ ! -e data/raw/large.bin ]

# It is a version like any other, of which a part is here: again gives the same; gc keeps it, fsck knows it.
cp data/raw.mlops "$scratch/pointer"
expect_code 0 mlops data add data/raw
cmp data/raw.mlops "$scratch/pointer"
expect_code 0 mlops data status --json
json 'j["data_sets"][0]["state"] == "sparse" and j["data_sets"][0]["pushed"] == False'
expect_code 0 mlops data gc
expect_code 0 mlops data fsck
contains "$out" "clean:"
expect_code 0 mlops data cat data/raw/new.txt
equals "$out" new
expect_code 0 mlops data diff HEAD
contains "$out" new.txt below/near
lacks "$out" large.bin
rm data/raw/new.txt
expect_code 0 mlops data checkout data/raw/new.txt
equals data/raw/new.txt new
[ "$(du -sk .git/mlops/store/packs | cut -f1)" -lt 1400 ]

# Where the rest is not, it is not published.
mlops remote add elsewhere "$scratch/here/elsewhere" >"$out"
for dry in -n ''; do
  expect_code 6 mlops data push $dry --remote elsewhere
  error_says "of the version of 'data/raw' a part is here, and the rest is not on remote" "mlops data fetch -- data/raw"
done
expect_code 0 mlops remote show elsewhere --json
json 'j["versions"] == 0'
mlops remote remove elsewhere >"$out"

expect_code 6 mlops data checkout --full data/raw
error_says "the store lacks the content of files" "mlops data pull -- data/raw/"
expect_code 0 mlops data push
contains "$out" "pushed 1 version to 'origin'"
expect_code 0 mlops data push --json
json 'j["remotes"][0]["published"] == [] and j["remotes"][0]["present"] == 1'
commit two

cd "$scratch/here/ada"
git pull --quiet "$scratch/here/bob" main
expect_code 0 mlops data pull
cmp data/raw/new.txt "$scratch/here/bob/data/raw/new.txt"
cmp data/raw/below/near "$scratch/here/bob/data/raw/below/near"
git clone --quiet . "$scratch/here/eve"
cd "$scratch/here/eve"
expect_code 0 mlops data pull
diff -r data/raw "$scratch/here/ada/data/raw"

# What was not pushed is completed from the version that it came from; then it is as good as added in full.
cd "$scratch/here/bob"
echo later >data/raw/later.txt
expect_code 0 mlops data add data/raw
cp data/raw.mlops "$scratch/pointer"
expect_code 0 mlops data fetch data/raw
expect_code 0 mlops data checkout --full data/raw
cmp data/raw/large.bin "$scratch/here/ada/data/raw/large.bin"
cmp data/raw/beside/deep/far.bin "$scratch/here/ada/data/raw/beside/deep/far.bin"
expect_code 0 mlops data add data/raw
cmp data/raw.mlops "$scratch/pointer"
expect_code 0 mlops data fsck
expect_code 0 mlops data gc
expect_code 0 mlops data push
