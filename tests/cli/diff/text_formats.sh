#!/bin/sh
# The same predictions as TSV and JSON Lines, compressed or not, give what they give as CSV, to the byte; what is
# no table is refused with exit code 2 and the place.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

printf 'id,truth,answer,score\n1,1,1,0.5\n2,0,0,nan\n3,1,0,\n9007199254740993,0,0,1e-3\n' >old.csv
printf 'id,truth,answer,score\n1,1,1,0.5\n2,0,1,nan\n3,1,1,\n9007199254740993,0,0,2e-3\n' >new.csv
tr , '\t' <new.csv >new.tsv
cp new.tsv new.tab
printf '%s\n' '{"id":1,"truth":1,"answer":1,"score":0.5}' '{"id":2,"truth":0,"answer":1,"score":NaN}' \
  '{"answer":1,"score":null,"truth":1,"id":3}' \
  '{"id":9007199254740993,"truth":0,"answer":0,"score":2e-3}' >new.jsonl
cp new.jsonl new.ndjson
for text in csv tsv jsonl; do
  gzip -c "new.$text" >"new.$text.gz"
  zstd -q -c "new.$text" >"new.$text.zst"
done
# Two members are one file.
(head -n 3 new.csv | gzip -c && tail -n +4 new.csv | gzip -c) >new.csv.gz

compare() {
  mlops diff old.csv "$1" --key id --label truth --prediction answer --format json
}
answer_of() {
  compare "$1" | python3 -c 'import json, sys
p = json.load(sys.stdin)["predictions"][0]
print(json.dumps([p[k] for k in ("counts", "metrics", "slices", "groups", "gaps", "rules")], sort_keys=True))'
}
expect_code 0 compare new.csv
json 'j["predictions"][0]["counts"]["matched"] == 4'
json 'j["predictions"][0]["counts"]["negative_flips"] == 1 and j["predictions"][0]["counts"]["positive_flips"] == 1'
wanted=$(answer_of new.csv)
for file in new.tsv new.tab new.jsonl new.ndjson new.csv.gz new.tsv.gz new.jsonl.gz new.csv.zst new.tsv.zst \
  new.jsonl.zst; do
  [ "$(answer_of "$file")" = "$wanted" ] || fail "$file is another table"
done

refused() {
  expect_code 2 compare "$1"
  error_says "$2" "$3"
}
refused_line() {
  expect_code 2 compare "$1"
  contains "$err" "$2"
}
printf '{"id":1,"truth":1,"answer":{"a":1}}\n' >nested.jsonl
refused_line nested.jsonl "'nested.jsonl' line 1: key 'answer' holds an object"
printf '%s\n' '{"id":1,"truth":1,"answer":1}' '{"id":2,"truth":1,"id":3}' >twice.jsonl
refused_line twice.jsonl "'twice.jsonl' line 2: the key 'id' stands twice"
printf 'id\ttruth\r1\t2\r' >cr.tsv
refused_line cr.tsv "'cr.tsv' line 1: a carriage return that does not end a line"
head -c 40 new.csv.gz >cut.csv.gz
refused cut.csv.gz "'cut.csv.gz' cannot be decompressed: the compressed bytes are cut off" "compress it again"
(cat new.csv.gz && echo more) >more.csv.gz
refused more.csv.gz "what follows the compressed bytes is no gzip" "compress it again"
row=$(printf '%01000d,1,1' 0)
(echo id,truth,answer && yes "$row" | head -n 20000) >bomb.csv
gzip -9 bomb.csv -c >bomb.csv.gz
refused bomb.csv.gz "'bomb.csv.gz' decompresses to more than 250 times its size" "decompress it first"
zstd -q bomb.csv
refused bomb.csv.zst "'bomb.csv.zst' decompresses to more than 250 times its size" "decompress it first"
cp new.csv new.parquet.gz
refused new.parquet.gz "'new.parquet.gz' is no table that can be read" "tables are .csv, .tsv and .jsonl files"
