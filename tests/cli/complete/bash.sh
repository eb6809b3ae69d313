#!/bin/sh
# The bash script, really sourced, completes commands, flags and names with spaces.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

command -v bash >/dev/null || skip "bash is not installed"
new_repository
echo 1 >"a b.csv"
mlops data add "a b.csv"
cat >"$scratch/ask.bash" <<'END'
eval "$(mlops completion bash)"
ask() { COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); COMPREPLY=(); _mlops; printf '<%s>\n' "${COMPREPLY[@]}"; }
ask mlops dat
ask mlops data chec
ask mlops run --dry
ask mlops data ls ''
complete -p mlops
END
expect_code 0 bash --norc "$scratch/ask.bash"
equals "$out" "<data>
<checkout>
<--dry-run>
<a b.csv>
complete -o bashdefault -o default -F _mlops mlops"
