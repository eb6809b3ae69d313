#!/bin/sh
# HTML pages of `mlops diff`, opened by headless Chromium at 400 and 1200 pixels, light and dark:
# no console message, no request to anywhere, nothing wider than the window, at most 2 MB.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/html/browser.sh
. "$here/browser.sh"

git init --quiet .
python3 "$here/write_predictions.py" .

# judge CODE NAME FLAGS...: the report NAME.html of the prediction files NAME-old.csv and NAME-new.csv.
judge() {
  wanted=$1
  name=$2
  shift 2
  code=0
  "$MLOPS" diff "$name-old.csv" "$name-new.csv" --key id --label truth --prediction answer \
    --policy "$here/$name.toml" --format html="$scratch/$name.html" "$@" >"$scratch/table" || code=$?
  [ "$code" -eq "$wanted" ] || fail "mlops diff of $name ended with $code"
}

judge 1 binary --probability yes=p_yes --probability no=p_no --positive yes --by region
judge 1 classes
judge 1 numbers --task regression --by region --sensitive-features region

# What changed between two versions, with names that are markup and a subject of one long word.
git -c user.name=Ada -c user.email=ada@example.org commit --quiet --allow-empty -m one
printf 'schema = 1\nname = "p"\nparams = ["p.toml"]\n[stage.s]\ncmd = "true"\n' >pipeline.toml
printf 'name_%0120d = 1\n"<b>" = "old"\n' 7 >p.toml
mkdir 'a directory <i>'
printf 'x\n' >"a directory <i>/$(printf '%0120d' 5)"
git add pipeline.toml p.toml 'a directory <i>'
git -c user.name=Ada -c user.email=ada@example.org commit --quiet -m "$(printf 'w%0300d <script>' 1)"
"$MLOPS" diff HEAD~1 HEAD --only code --only params --only data --only metrics --format html="$scratch/change.html" >"$scratch/table"

judge_pages binary classes numbers change
echo "the reports are fine at 400 and 1200 pixels, light and dark"
