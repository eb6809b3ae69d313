#!/bin/sh
# A profile is a baseline like its table: written from a check, from another table, from parts; small, without rows,
# the same bytes again. What is none, or does not belong together, is refused.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p parts baseline
rows() { awk -v from="$1" -v to="$2" -v off="$3" 'BEGIN { print "id,x,score,word,email"
  for (i = from; i < to; ++i) print i "," i % 7 "," (i * 7919 % 5003 + off) / 3 ",w" i % 5 ",p" i "@example.org" }'; }
rows 0 4000 0 >train.csv
rows 0 2000 0 >parts/a.csv
rows 2000 4000 0 >parts/b.csv
rows 0 4000 2500 >moved.csv
cat >safeguards.toml <<'END'
schema = 1
[check.c]
table = "train.csv"
key = ["id"]
label = "word"
baseline = "baseline/*.profile.json"
[[check.c.rule]]
kind = "drift"
max = 0.1
[[check.c.rule]]
kind = "new_labels"
[[check.c.rule]]
kind = "correlation"
columns = ["x", "score"]
max = 0.1
END

expect_code 0 mlops check --write-profile baseline/train.profile.json
contains "$out" "wrote 'baseline/train.profile.json': 4,000 rows and 4 columns of 'train.csv'"
lacks baseline/train.profile.json "example" "\"id\""
contains baseline/train.profile.json '"names":["w0","w1","w2","w3","w4"]'
[ "$(wc -c <baseline/train.profile.json)" -lt 100000 ]
expect_code 0 mlops check
contains "$out" "WARN  c" "drift ks [score]" "correlation [x, score]"
expect_code 1 mlops check moved.csv --use c
contains "$out" "drift ks [score]" "within 0.00"
(cd parts && expect_code 0 mlops check a.csv --use c)

# The same table gives the same bytes, from anywhere; a changed one keeps the key.
cp baseline/train.profile.json "$scratch/first"
(cd parts && expect_code 0 mlops check --write-profile ../baseline/train.profile.json c)
cmp baseline/train.profile.json "$scratch/first"
expect_code 0 mlops check --write-profile baseline/train.profile.json moved.csv --use c --json
json 'j["rows"] == 4000 and j["columns"] == 4 and j["table"] == "moved.csv" and j["bytes"] > 1000'
[ "$(head -n 1 baseline/train.profile.json | cut -c -80)" = "$(head -n 1 "$scratch/first" | cut -c -80)" ]

# Parts are added up. They have one key, as the second one finds the first in the check's baseline.
rm baseline/*
expect_code 0 mlops check --write-profile baseline/a.profile.json parts/a.csv --use c
expect_code 0 mlops check --write-profile baseline/b.profile.json parts/b.csv --use c
expect_code 0 mlops check --json
json 'j["checks"][0]["baseline"]["rows"] == 4000 and j["checks"][0]["baseline"]["files"] == 2'
expect_code 1 mlops check moved.csv --use c
cp baseline/a.profile.json "$scratch/a"
rm baseline/a.profile.json
mv baseline/b.profile.json "$scratch/b"
expect_code 0 mlops check --write-profile baseline/a.profile.json parts/a.csv --use c
cp "$scratch/b" baseline/b.profile.json
expect_code 2 mlops check
error_says "are of no one table: texts have other keys" "--write-profile"

# A committed one is a baseline of its revision.
rm baseline/a.profile.json
cp "$scratch/first" baseline/b.profile.json
commit one && git tag v1
sed -i 's|^baseline = .*|baseline = "v1:baseline/b.profile.json"|' safeguards.toml
rm baseline/b.profile.json
expect_code 0 mlops check
expect_code 0 mlops check --format html=report.html
contains report.html "score"

# Mistakes.
cp "$scratch/first" x.profile.json
expect_code 2 mlops check x.profile.json --use c
error_says "is a profile: it has no rows to judge" "baseline ="
expect_code 2 mlops check --write-profile x.json c
error_says "is no name of a profile" ".profile.json"
expect_code 2 mlops check --write-profile x.profile.json nothing
expect_code 2 mlops check --write-profile x.profile.json --format html
error_says "judges nothing" "--write-profile"
sed -i 's/4000/4001/' x.profile.json
expect_code 2 mlops check --write-profile x.profile.json c
error_says "it was changed or cut" "remove it"
sed -i 's|^baseline = .*|baseline = "x.profile.json"|' safeguards.toml
expect_code 2 mlops check
error_says "'x.profile.json' is no profile: it was changed or cut" "--write-profile"
echo '[check.d]' >>safeguards.toml
echo 'table = "train.csv"' >>safeguards.toml
expect_code 2 mlops check --write-profile y.profile.json
error_says "keeps one table, and 2 are asked for" "mlops check --write-profile y.profile.json c"
