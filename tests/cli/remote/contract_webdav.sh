#!/bin/sh
# What every transport promises holds for nginx (tests/contract/transport_test.cc).
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/webdav_server.sh
. "$tests/support/webdav_server.sh"

suite=$(dirname "$MLOPS")/contract_transport
[ -x "$suite" ] || skip "$suite is not built"
start_webdav
export MLOPS_TEST_WEBDAV="$webdav" MLOPS_TEST_WEBDAV_PASSWORD="$webdav_password"
"$suite" "[each]" >"$out" 2>"$err" || { cat "$out" >&3; fail "the suite failed"; }
# It was nginx that was asked.
grep -q '"MOVE /dav/team%20a/' "$scratch/nginx/access.log"
