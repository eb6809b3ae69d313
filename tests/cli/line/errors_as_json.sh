#!/bin/sh
# With --json an error is one record on stderr, whatever is wrong, and stdout stays empty.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

check() {
  is_empty "$out"
  cp "$err" "$out"
  json 'j["version"] == 1 and set(j["error"]) == {"kind", "code", "message", "context", "hint"}'
}
expect_code 2 mlops status --json
check
json 'j["error"]["kind"] == "not_found" and j["error"]["code"] == 2 and j["error"]["hint"] == "git init"'
new_repository
expect_code 2 mlops status --json --frobnicate
check
json 'j["error"]["kind"] == "usage"'
expect_code 2 mlops --json nonsense
check
expect_code 2 mlops data add --json "$(printf 'no\033]0;x\007')"
check
lacks "$err" "$(printf '\033')"
expect_code 2 mlops data add -- --json
contains "$err" "mlops: error: "
