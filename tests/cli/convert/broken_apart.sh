#!/bin/sh
# A file of DVC in an old commit that cannot be read, and a damaged file of the map, hurt what they name and
# nothing else; both are named.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

from_sample dvc3
printf 'outs: [\n' >broken.dvc
commit broken
git tag old
git rm --quiet broken.dvc
git commit --quiet -m mended
git ls-files '*.dvc' >"$scratch/files"
expect_code 0 mlops convert dvc --json
cp "$out" "$scratch/report"
git commit --quiet -m converted
set=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["data_sets"][0]["path"])' "$scratch/report")
expect_code 0 mlops data ls --rev old "$set"
expect_code 0 mlops data checkout --rev old
contains "$err" "broken.dvc"
expect_code 2 mlops data ls --rev old broken
contains "$err" "old:broken.dvc"

# Our own pointers of a revision need no map.
for file in .git/mlops/store/foreign/*; do chmod u+w "$file" && echo x >>"$file"; done
expect_code 0 mlops data checkout --rev HEAD "$set"
expect_code 0 mlops data ls --rev HEAD "$set"
expect_code 6 mlops data ls --rev old "$set"
contains "$err" "which was not taken over" ".git/mlops/store/foreign/" "does not have the content"
expect_code 6 mlops data gc
contains "$err" "does not have the content that its name says"
