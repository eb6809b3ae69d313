#!/bin/sh
# A damaged pack: checkout names the file and what to type; the file put back and added again heals the
# store, and repair takes away what is damaged. Without damage that somebody saw, add stores nothing twice.
# case 59
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir set
head -c 300000 /dev/urandom >set/noise
seq 5000 >set/numbers
mlops data add set
commit one
cp -r set "$scratch/backup"
pack=$(find .git/mlops/store/packs -type f)
chmod u+w "$pack"
printf '\252\125\252\125' | dd of="$pack" bs=1 seek=150000 conv=notrunc status=none

rm -r set
expect_code 6 mlops data checkout
error_says "damaged" "put 'set/noise' back as it was, then: mlops data add -- set && mlops data fsck --repair"
contains "$err" "it is content of 'set/noise'"

# Now it is known before the first write, and nothing stands for a version that it is not.
rm -rf set
expect_code 6 mlops data checkout
error_says "the store lacks the content of files" "put 'set/noise' back as it was, then: mlops data add -- set"
[ ! -e set/numbers ]

rm -rf set
cp -r "$scratch/backup" set
expect_code 0 mlops data add -- set
contains "$out" "unchanged  'set'" "healed 1 object that the store had damaged" "next: mlops data fsck --repair"
expect_code 0 mlops data add --json -- set
json 'j["healed_objects"] == 0 and j["new_bytes"] == 0'
expect_code 0 mlops data fsck --repair
contains "$out" "moved to quarantine pack ${pack##*/}" "clean:"
expect_code 0 mlops data fsck
contains "$out" "clean:"
rm -r set
mlops data checkout
diff -r set "$scratch/backup"
[ -z "$(git status --porcelain)" ]
