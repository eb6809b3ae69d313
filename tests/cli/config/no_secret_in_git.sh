#!/bin/sh
# A URL with a password is refused in a tracked file, and the message does not repeat it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
expect_code 2 mlops config --tracked remote.origin.url https://ada:hunter2@example.org/store
lacks "$err" hunter2
[ ! -e .mlops/config.toml ]
