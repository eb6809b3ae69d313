#!/bin/sh
# A pipeline that DVC itself has run: ours has the same graph, takes the results over, and makes the same
# bytes when it runs.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

dvc=$(command -v dvc || true)
for place in "${HOST_CACHE:-/nonexistent}"/mlops/bench/dvc-*/bin/dvc; do
  if [ -x "$place" ]; then dvc=$place; fi
done
if [ -z "$dvc" ]; then skip "DVC is not installed (tests/bench/data/run installs it)"; fi

new_repository dvc
"$dvc" init -q
"$dvc" config core.analytics false
"$dvc" config core.check_update false
mkdir -p data src
seq 1 200 >data/numbers.txt
"$dvc" add -q data/numbers.txt
cat >src/prepare.sh <<'END'
set -eu
mkdir -p clean
awk -v n="$1" 'NR % n == 0' ../data/numbers.txt >clean/all.txt
wc -l <clean/all.txt >clean/count.txt
END
cat >src/fit.sh <<'END'
set -eu
awk -v f="$2" '{ s += $1 * f } END { print s }' src/clean/all.txt >"model-$1.txt"
END
cat >src/score.sh <<'END'
set -eu
cat "$@" >all-models.txt
printf '{"models": %s}\n' "$#" >metrics.json
END
cat >params.yaml <<'END'
prepare: {every: 3}
kinds: [ridge, lasso]
factors: {small: {f: 2}, large: {f: 20}}
END
cat >dvc.yaml <<'END'
vars:
  - out: all-models.txt
stages:
  prepare:
    wdir: src
    cmd: sh prepare.sh ${prepare.every}
    deps:
      - prepare.sh
      - ../data/numbers.txt
    params:
      - ../params.yaml:
          - prepare.every
    outs:
      - clean
  fit:
    foreach: ${kinds}
    do:
      cmd: sh src/fit.sh ${item} 1
      deps: [src/fit.sh, src/clean]
      outs:
        - model-${item}.txt
  fit_scaled:
    foreach: ${factors}
    do:
      cmd:
        - cd src && true
        - sh src/fit.sh ${key} ${item.f}
      deps: [src/fit.sh, src/clean/all.txt]
      outs:
        - model-${key}.txt
  score:
    desc: all of them
    cmd: sh src/score.sh model-ridge.txt model-lasso.txt model-small.txt model-large.txt > log.txt
    deps: [src/score.sh, model-ridge.txt, model-lasso.txt, model-small.txt, model-large.txt]
    outs:
      - ${out}
      - log.txt:
          cache: false
    metrics:
      - metrics.json:
          cache: false
END
"$dvc" repro -q
commit one
"$dvc" stage list --name-only | LC_ALL=C sort >"$scratch/stages"
outs="src/clean/all.txt src/clean/count.txt model-ridge.txt model-lasso.txt model-small.txt model-large.txt
  all-models.txt metrics.json"
# shellcheck disable=SC2086 # a list of names
sha256sum $outs >"$scratch/sums"

expect_code 0 mlops convert dvc
contains "$out" "took over 6 results of 6" "stage 'fit_scaled@large' is called 'fit-scaled-large' here"
git commit --quiet -m ours
[ ! -e dvc.yaml ]
[ -z "$(git status --porcelain)" ]
rm -rf .dvc/cache
expect_code 0 mlops pipeline validate
expect_code 0 mlops pipeline graph --json
json 'sorted(i["instance"] for i in j["instances"]) == ["fit-scaled-large", "fit-scaled-small", "fit@item=lasso", "fit@item=ridge", "prepare", "score"]'
json '[len(i["after"]) for i in j["instances"] if i["stage"] == "score"] == [4]'
[ "$(wc -l <"$scratch/stages")" -eq 6 ]

# Everything is up to date, also where nothing lies there.
expect_code 0 mlops run --cache-only
[ -z "$(git status --porcelain)" ]
rm -rf src/clean model-* all-models.txt data/numbers.txt
expect_code 0 mlops run --cache-only
sha256sum --quiet -c "$scratch/sums" >&3

# Run by us, the bytes are the same.
expect_code 0 mlops run --no-cache
sha256sum --quiet -c "$scratch/sums" >&3
expect_code 0 mlops metrics show --json

# A parameter that changes runs what DVC would run, and makes what DVC would make.
sed -i 's/every: 3/every: 4/' params.yaml
expect_code 0 mlops run
equals src/clean/count.txt 50
# shellcheck disable=SC2086
sha256sum $outs >"$scratch/ours"
git stash --quiet && git checkout --quiet HEAD~1 && sed -i 's/every: 3/every: 4/' params.yaml
rm -rf src/clean model-* all-models.txt log.txt metrics.json
seq 1 200 >data/numbers.txt
"$dvc" repro -q
sha256sum --quiet -c "$scratch/ours" >&3
