#!/bin/sh
# On a terminal no line of prose is wider than it and no word is broken; commands to type stay whole.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

# on_terminal WIDTH COMMAND: what it shows there, in $out.
on_terminal() {
  script -qec "stty cols $1; TERM=dumb $2" /dev/null | tr -d '\r' >"$out"
}

new_repository
for width in 60 80 200; do
  for topic in "" data pipeline flags run diff doctor config "data add" "data checkout" "pipeline graph"; do
    on_terminal "$width" "mlops --no-pager help $topic"
    grep -v '^  mlops ' "$out" >"$scratch/prose" || true
    [ "$(wc -L <"$scratch/prose")" -le "$width" ] || fail "help $topic at $width"
  done
done
on_terminal 60 "mlops -h --no-pager"
contains "$out" "  data fsck           verify the store, and that it has what" \
  "                      pointers and locks name"

# What a tool is needed for folds at words; the place of the store may be cut, a state never is.
on_terminal 80 "mlops doctor"
contains "$out" "container"
lacks "$out" "contai…" "Kubern…"
[ "$(wc -L <"$out")" -le 80 ]
if grep -q ' $' "$out"; then fail "blanks at the end of a line"; fi

# Messages fold, too.
mkdir d
echo 1 >d/a
mlops data add d
rm d.mlops
on_terminal 60 "mlops status"
contains "$out" "next: git checkout -- d.mlops" "      (or drop the data set: git rm -- d.mlops)"
[ "$(wc -L <"$out")" -le 60 ]
on_terminal 80 "mlops data status"
contains "$out" "invalid_pointer  d" "'d': the pointer is deleted in the work tree"
[ "$(wc -L <"$out")" -le 80 ]
on_terminal 40 "mlops diff a-revision-that-nobody-ever-made-here"
contains "$out" "mlops: error: unknown revision" "  'a-revision-that-nobody-ever-made-here'"
# Elsewhere nothing is folded.
expect_code 2 mlops diff a-revision-that-nobody-ever-made-here-or-anywhere-else-in-this-world-of-ours
contains "$err" "error: unknown revision 'a-revision-that-nobody-ever-made-here-or-anywhere-else-in-this-world-of-ours'"
