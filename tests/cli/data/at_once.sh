#!/bin/sh
# Who adds, checks out, looks, checks and cleans in one work tree at the same time: nobody fails, nobody waits for ever,
# and each data set is in the end what its last add made of it.
# case 61
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir grows stays
seq 3000 >stays/rows
head -c 400000 /dev/urandom >stays/noise
seq 10 >grows/1
mlops data add grows stays >"$out"
commit one
cp -r stays "$scratch/stays"

# often NAME COMMAND...: again and again, as its function says; what fails is written down.
often() {
  name=$1
  shift
  for i in 1 2 3 4 5 6; do
    "$@" "$i" >"$scratch/$name.out" 2>"$scratch/$name.err" || {
      echo "$name, time $i: exit code $?" >>"$scratch/failed"
      cat "$scratch/$name.out" "$scratch/$name.err" >>"$scratch/failed"
    }
  done
}
adds() {
  seq "$1" 5000 >"grows/$1"
  mlops data add --no-stage --wait grows
}
checks_out() {
  rm -f stays/noise
  mlops data checkout --wait stays
}
looks() { mlops data status; }
checks() { mlops data fsck --wait; }
cleans() { mlops data gc --wait; }

pids=
for name in adds checks_out looks checks cleans; do
  often "$name" "$name" &
  pids="$pids $!"
done
for pid in $pids; do wait "$pid"; done
[ ! -e "$scratch/failed" ] || fail "$(cat "$scratch/failed")"

expect_code 0 mlops data status --json
json 'all(s["state"] == "unchanged" for s in j["data_sets"])'
expect_code 0 mlops data fsck
contains "$out" "clean:"
cp -r grows "$scratch/grows"
rm -r grows stays
expect_code 0 mlops data checkout
diff -r "$scratch/grows" grows
diff -r "$scratch/stays" stays
[ "$(find grows -type f | wc -l)" -eq 6 ]
