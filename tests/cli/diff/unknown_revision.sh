#!/bin/sh
# An unknown revision names the nearest tag or branch; a file where a revision is wanted is called one.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
git tag model-v1 v1
git branch feature/better
expect_code 2 mlops diff modle-v1 v2
error_says "unknown revision 'modle-v1'" "did you mean 'model-v1'?"
expect_code 2 mlops data ls --rev 'feature/beter~1'
error_says "unknown revision 'feature/beter~1'" "did you mean 'feature/better~1'?"
expect_code 2 mlops diff mian...v2
error_says "unknown revision 'mian'" "did you mean 'main'?"
expect_code 2 mlops diff 'main~99'
error_says "unknown revision 'main~99'" "git tag --list"
expect_code 2 mlops diff "$(printf 'x%.0s' $(seq 400))"
error_says "unknown revision" "git tag --list"

write_predictions a.csv 1
cp a.csv table
mkdir dir
expect_code 2 mlops diff a.csv
error_says "'a.csv' is a file, not a git revision" "mlops diff a.csv new.csv --key id"
expect_code 2 mlops diff v1 table
error_says "'table' is a file, not a git revision" "mlops diff table new.csv"
expect_code 2 mlops data ls --rev a.csv
error_says "'a.csv' is a file here, not a git revision" "git tag --list"
expect_code 2 mlops diff dir
error_says "'dir' is a directory here, not a git revision" "git tag --list"
# A name that is both means the revision.
git tag table
expect_code 1 mlops diff v1 table

# Many refs do not make it slow: names are read, objects are not.
commit=$(git rev-parse HEAD)
{ echo "# pack-refs with: peeled fully-peeled sorted" && seq -f "$commit refs/tags/build-%06.0f" 50000; } \
  >.git/packed-refs
expect_code 2 timeout 60 mlops diff biuld-000017 v2
error_says "unknown revision 'biuld-000017'" "did you mean 'build-000017'?"
