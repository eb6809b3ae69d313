#!/bin/sh
# The JSON names the reader, and nothing else in it depends on the reader, threads or order of rows.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

awk 'BEGIN { print "id,a,b"; for (i = 0; i < 3000; ++i) print i ",t" i % 7 "," i / 8 }' >old.csv
awk 'BEGIN { print "id,a,b"; for (i = 0; i < 3000; ++i) print i ",t" (i % 50 ? i % 7 : 9) "," (i % 9 ? i / 8 : i / 4) }' >new.csv
{ head -1 new.csv && tail -n +2 new.csv | sort -t, -k3; } >shuffled.csv
# One quoted field, of the same value.
sed '77s/,t\([0-9]\),/,"t\1",/' new.csv >quoted.csv
without_names() {
  sed -e '/"sha256"/d' -e '/"name": ".*csv"/d' -e '/"reader": {/,/}/d' "$1"
}
for new in new shuffled quoted; do
  for jobs in 1 2; do
    expect_code 0 mlops diff old.csv $new.csv --key id --json -j $jobs
    cp "$out" $new.$jobs.json
  done
  cmp $new.1.json $new.2.json
  without_names $new.1.json >$new.json
  cmp new.json $new.json
done
contains new.1.json '"name": "fast"'
contains shuffled.1.json '"name": "fast"'
contains quoted.1.json '"name": "general"' '"reason": "a quote"'
contains new.1.json '"changed_rows": 387' '"changed": 60'

# How much memory rows may take changes nothing but where they are; what is no size is said.
expect_code 0 mlops diff old.csv quoted.csv --key id --json --memory 1MiB
cp "$out" little.json
without_names little.json >this.json
cmp this.json quoted.json
expect_code 2 mlops diff old.csv new.csv --key id --memory much
error_says "--memory: 'much' is not a size" "--memory 2GiB"
