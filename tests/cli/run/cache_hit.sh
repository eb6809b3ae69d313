#!/bin/sh
# A second run finds everything cached, a changed input runs what depends on it, equal outs stop there.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
expect_code 0 mlops run
contains "$out" "upper  ran" "count  ran" "2 instances, 2 ran"
[ "$(cat count.txt)" = 2 ]
expect_code 0 mlops run
contains "$out" "upper  cached" "count  cached" "2 instances, 2 cached"
printf 'ONE\ntwo\n' >data/in.txt
expect_code 0 mlops run
contains "$out" "upper  ran" "count  cached"
rm upper.txt count.txt
expect_code 0 mlops run
contains "$out" "2 restored from the cache"
[ "$(cat upper.txt)" = "ONE
TWO" ]
expect_code 0 mlops run --no-cache
contains "$out" "2 ran"

# A .gitignore that was deleted comes back where nothing else is to do, and where the run before found all settled.
for _ in first settled; do expect_code 0 mlops run; done
rm .gitignore
expect_code 0 mlops run
contains "$out" "2 instances, 2 cached"
contains .gitignore "/upper.txt" "/count.txt"
