#!/bin/sh
# The fish script, really sourced, completes.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

command -v fish >/dev/null || skip "fish is not installed: sh third_party/install.sh test"
cat >"$scratch/ask.fish" <<'END'
mlops completion fish | source
complete -C 'mlops data chec'
complete -C 'mlops run --dry'
END
expect_code 0 fish --no-config "$scratch/ask.fish"
contains "$out" checkout "--dry-run"
