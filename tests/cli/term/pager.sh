#!/bin/sh
# On a terminal long lists go through the pager of MLOPS_PAGER, then PAGER; --no-pager and a pipe do not.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

printf '#!/bin/sh\necho paged by "$0" "$@"\ncat\n' >"$scratch/mine" && chmod +x "$scratch/mine"
expect_code 0 script -qec "MLOPS_PAGER='$scratch/mine -x' PAGER=false mlops help" /dev/null
contains "$out" "paged by $scratch/mine -x" "data checkout"
expect_code 0 script -qec "PAGER='$scratch/mine' mlops help" /dev/null
contains "$out" "paged by $scratch/mine"
expect_code 0 script -qec "PAGER='$scratch/mine' mlops --no-pager help" /dev/null
lacks "$out" "paged by"
PAGER="$scratch/mine" expect_code 0 mlops help
lacks "$out" "paged by"
expect_code 0 script -qec "PAGER=/does/not/exist mlops help" /dev/null
contains "$out" "data checkout"

# The table of diff as well; what is written to files and for scripts is not.
write_predictions old.csv 1
diff="mlops diff old.csv old.csv --key id --label truth --prediction answer"
export PAGER="$scratch/mine"
expect_code 0 script -qec "$diff" /dev/null
contains "$out" "paged by $scratch/mine" "PASS" "accuracy"
expect_code 0 script -qec "$diff --no-pager" /dev/null
lacks "$out" "paged by"
expect_code 0 script -qec "$diff --json" /dev/null
lacks "$out" "paged by"
# shellcheck disable=SC2086 # words of a command
expect_code 0 $diff
lacks "$out" "paged by"
