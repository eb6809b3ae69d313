#!/bin/sh
# The second reader of a format prints for the frozen samples what it printed when they were made, writes
# the same bytes again where the page has one way to write them, and refuses damage.
# usage: compare_reader.sh PYTHON FORMAT
set -eu
python=$1 format=$2
cd "$(dirname "$0")"
read_it() { "$python" -B "read_$format.py" "$@"; }
damages=damage_texts.py

case $format in
  store)
    # Of the wide directory, whose files are all alike, only their number is kept.
    read_it v1/store |
      awk '/ \.\/wide\// { wide++; next } { print } END { print wide, "files in wide" }' |
      diff v1/expected.txt -
    read_it --vectors | diff v1/vectors.txt -
    exit ;;
  remote)
    read_it v1/remote | diff v1/remote.expected -
    exit ;;
  foreign)
    read_it v1/foreign/* | diff v1/foreign.expected -
    "$python" -B damage_store.py foreign v1/foreign/*
    exit ;;
  pointer)
    # What the frozen store says of the roots that it has.
    for sample in v1/pointer/file.mlops v1/pointer/directory.mlops; do
      read_it v1/store "$sample" || echo "refused"
      read_it "$sample"
    done | uniq -c | awk '$1 != 2 { print; bad = 1 } END { exit bad || NR != 2 }'
    set -- v1/pointer/*.mlops ;;
  lock) set -- v1/lock/pipeline.lock ;;
  profile) set -- v1/profile/sample.profile.json ;;
  run_record) set -- v1/run-record/run.jsonl ;;
  stat_cache)
    set -- v1/stat-cache/stat-cache-main
    damages=damage_caches.py ;;
  run_cache)
    set -- v1/run-cache/results/*/* v1/run-cache/last-key.json v1/running/paths.json
    damages=damage_caches.py ;;
  clone)
    set -- v1/clone/clones/* v1/clone/clone-id
    damages=damage_store.py ;;
esac

for sample in "$@"; do
  echo "$sample:"
  read_it "$sample" || echo "refused"
  case $format in
    pointer | lock | profile | stat_cache | clone)
      read_it --write "$sample" | cmp - "$sample" || echo "other bytes are written" ;;
  esac
done | diff "v1/$format.expected" -
"$python" -B "$damages" "$format" "$@"
