#!/bin/sh
# A damaged pack: fsck names the versions by their data sets, a dry run says what it would do and does
# nothing, --repair heals from the work tree, and a second one finds nothing.
# case 59
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir set
head -c 300000 /dev/urandom >set/noise
seq 5000 >set/numbers
ln -s numbers set/link
mlops data add --symlinks set
commit one
root=$(sed -n 's/^root = "\(.*\)"/\1/p' set.mlops)
pack=$(find .git/mlops/store/packs -type f)
name=${pack##*/}
chmod u+w "$pack"
printf '\252\125\252\125' | dd of="$pack" bs=1 seek=150000 conv=notrunc status=none

expect_code 6 mlops data fsck
contains "$out" "needed by $root: data set 'set', named by HEAD and work tree"
contains "$err" "next: mlops data fsck --repair --dry-run"
expect_code 6 mlops data fsck --json
json 'j["damages"][0]["versions"][0]["path"] == "set"'

expect_code 6 mlops data fsck --repair --dry-run
contains "$out" "would heal chunk " ": work tree" "would move to quarantine pack $name" "needed by $root"
lacks "$out" "lost"
expect_code 6 mlops data fsck --repair -n --json
json 'j["repair"]["dry_run"] and len(j["repair"]["healed"]) == 1 and j["repair"]["lost"] == []'
json "j['repair']['quarantined'] == ['$name'] and not j['clean']"
[ -e "$pack" ]
[ ! -e .git/mlops/store/quarantine ]

expect_code 0 mlops data fsck --repair
contains "$out" "healed chunk " ": work tree" "moved to quarantine pack $name" "clean: 1 pack"
[ ! -e "$pack" ]
[ -e ".git/mlops/store/quarantine/$name" ]
cp -r set "$scratch/set"
rm -r set
mlops data checkout
diff -r set "$scratch/set"

find .git/mlops/store -type f | sort >"$scratch/files"
expect_code 0 mlops data fsck --repair --json
json 'j["clean"] and not j["repair"]["dry_run"]'
json 'not any(j["repair"][key] for key in ("healed", "lost", "quarantined", "forgotten", "dropped"))'
find .git/mlops/store -type f | sort | cmp - "$scratch/files"

expect_code 2 mlops data fsck --dry-run
error_says "goes with it" "mlops data fsck --repair --dry-run"

# A version that only another branch names.
git branch old
old=$(find .git/mlops/store/packs -type f)
rm set/noise
mlops data add --symlinks set
commit two
rm -f "$old"
expect_code 6 mlops data fsck
contains "$out" "needed by $root: data set 'set', named by branch 'old'"
