#!/bin/sh
# case 18: what a stage prints cannot move the cursor or set the title.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END'
schema = 1
name = "loud"
[stage.loud]
cmd = "printf '\\033]0;owned\\007\\033[2Jx\\n\\033[1mbar 1\\rbar 2\\n'; exit 1"
cache = false
END
expect_code 4 mlops run
contains "$out" "loud | " "owned"
lacks "$out" "$(printf '\033')" "$(printf '\r')"
lacks "$err" "$(printf '\033')" "$(printf '\r')"
expect_code 4 mlops run --json
json_lines 'any("\x1b" in r.get("line", "") for r in j)'
lacks "$out" "$(printf '\033')"
