#!/bin/sh
# The zsh script, really loaded, completes.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

command -v zsh >/dev/null || skip "zsh is not installed: sh third_party/install.sh test"
mlops completion zsh >"$scratch/_mlops"
expect_code 0 zsh -n "$scratch/_mlops"
cat >"$scratch/ask.zsh" <<'END'
autoload -U compinit && compinit -D -u
eval "$(mlops completion zsh)"
[[ ${_comps[mlops]} = _mlops ]] || exit 1
compadd() { shift; print -l -- "$@"; }
words=(mlops data chec) CURRENT=3
_mlops
END
expect_code 0 zsh -f "$scratch/ask.zsh"
equals "$out" checkout
