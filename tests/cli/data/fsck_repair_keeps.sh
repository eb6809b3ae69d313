#!/bin/sh
# Without a good copy nothing moves and the rest stays readable: what is lost is named, with the step
# that may bring it back; once it is back, repair heals.
# case 59
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir set
head -c 300000 /dev/urandom >set/noise
seq 5000 >set/numbers
mlops data add set
commit one
pack=$(find .git/mlops/store/packs -type f)
chmod u+w "$pack"
printf '\252\125\252\125' | dd of="$pack" bs=1 seek=150000 conv=notrunc status=none
cp set/noise "$scratch/noise"
echo changed >set/noise

for run in first second; do
  expect_code 6 mlops data fsck --repair
  contains "$out" "lost chunk " "needed by " "data set 'set', named by HEAD and work tree"
  error_says "there are objects without a good copy" "mlops data fsck --repair"
  [ -e "$pack" ] || fail "$run run"
  mlops data cat set/numbers | cmp - set/numbers
done

cp "$scratch/noise" set/noise
expect_code 0 mlops data fsck --repair
contains "$out" "healed chunk " "clean: 1 pack"

# The work tree of another branch's data set heals too, whatever HEAD is.
pack=$(find .git/mlops/store/packs -type f)
rm -f "$pack"
expect_code 0 mlops data fsck --repair
contains "$out" "dropped from the index pack ${pack##*/}"
rm -r set
mlops data checkout
cmp set/noise "$scratch/noise"
