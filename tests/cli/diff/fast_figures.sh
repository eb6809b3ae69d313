#!/bin/sh
# Figures of many rows are sums that several threads make while they read: their digits, the pictures and the worst
# rows are those that the general reader gives, which keeps the rows, whatever the order of rows and the threads.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

# More rows than intervals are drawn of. Odd things on the way: no label, no prediction, a number spelled otherwise,
# another value of a slice, a probability that is none, keys that one table has, ties.
make() {
  awk -v seed="$1" -v version="$2" -v odd="${3:-}" 'BEGIN {
    srand(seed)
    print "id,y,event,pred,p1,p2,p3,country,level"
    for (id = 0; id < 20500; ++id) {
      a = int(rand() * 1000); b = int(rand() * (1000 - a)); wrong = rand() < 0.2
      if (id % 997 == (version == "old" ? 3 : 5)) continue
      y = id * 7 % 13 % 3; pred = wrong ? (y + 1) % 3 : y; event = y == 1 ? 1 : 0
      p1 = a / 1000; p2 = b / 1000; p3 = (1000 - a - b) / 1000
      if (id % 501 == 7) { y = ""; event = "" }
      if (version == "new" && id % 703 == 1) y = y ".0"
      if (id % 887 == 2 && version == "old") pred = ""
      if (id % 1301 == 0) { p1 = 0.5; p2 = 0.5; p3 = 0 }
      if (odd && id % 4001 == 9) p1 = version == "old" ? 1.25 : "nan"
      country = id % 5 == 0 ? "" : substr("DEESFRIT", id % 4 * 2 + 1, 2)
      if (version == "new" && id % 3001 == 11) country = "XX"
      print id "," y "," event "," pred "," p1 "," p2 "," p3 "," country "," id % 11 % 4 + 0.5
    }
  }'
}
tables() {
  make 1 old "$@" >old.csv
  make 2 new "$@" >new.csv
  { head -1 new.csv && tail -n +2 new.csv | sort -t, -k5; } >shuffled.csv
  sed '77s/,\([^,]*\)$/,"\1"/' new.csv >quoted.csv
}
without_names() {
  sed -e '/"sha256"/d' -e '/"name": ".*csv"/d' -e '/"path": ".*csv"/d' -e '/"reader": {/,/}/d' "$1"
}
# same LABEL FLAG...: the same JSON from either reader, in any order of rows, with one thread and with two.
same() {
  what=$1
  shift
  for run in quoted,2 new,2 shuffled,1 shuffled,2; do
    code=0
    mlops diff old.csv "${run%,*}.csv" --key id --common --json -j "${run#*,}" "$@" >"$run.json" 2>"$err" || code=$?
    [ "$code" -eq 1 ] || fail "$what: exit code $code: $(cat "$err")"
    without_names "$run.json" >this.json
    [ -s "$what.json" ] || cp this.json "$what.json"
    cmp this.json "$what.json" || fail "$what: $run differs"
  done
  contains quoted,2.json '"name": "general"' '"reason": "a quote"'
  contains new,2.json '"name": "fast"'
  contains shuffled,1.json '"name": "fast"'
}

cat >rules.toml <<'TOML'
schema = 1

[[diff.rule]]
metric = "accuracy"
max_drop = 0.01
slices = ["country", "country*level"]

[[diff.rule]]
metric = "f1_macro"
max_drop = 0.01

[[diff.rule]]
metric = "brier_score"
max_rise = 0.01

[[diff.fairness]]
metric = "difference(accuracy)"
sensitive_feature = "country"
max = 0.5
TOML
tables
same three --label y --prediction pred --probability 0=p1 --probability 1=p2 --probability 2=p3 \
  --by 'country,country*level' --policy rules.toml
contains three.json '"only_old": 21' '"ece"' '"value": "(none)"' '"value": "DE*0.5"' 'another value of' \
  'equal top probabilities' 'without a label are left out'
same plain --label y --prediction pred --by level
same unlabelled --prediction pred --by country
# The class that is left has its name from the labels.
same binary --label event --probability 1=p1 --by country
contains binary.json '"title": "change of p(1)"'
tables odd
same odd --label event --probability 1=p1 --by country
contains odd.json 'have a probability outside 0 to 1' '"note": "undefined on these rows"'

# What takes the rows has them: the order of probabilities, and intervals that decide.
cat >order.toml <<'TOML'
schema = 1

[[diff.rule]]
metric = "roc_auc"
max_drop = 1.0
TOML
tables
expect_code 1 mlops diff old.csv new.csv --key id --common --json --label event --probability 1=p1 --policy order.toml
json '[r["new"] > 0 for r in j["predictions"][0]["rules"] if r["metric"] == "roc_auc"] == [True]'
