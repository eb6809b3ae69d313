#!/bin/sh
# Colour: the flag, NO_COLOR with any value, CLICOLOR_FORCE, then whether it is a terminal.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
esc=$(printf '\033')
colour() { contains "$err" "${esc}[31m"; }
plain() { lacks "$err" "$esc"; }
on_tty() { script -qec "$1" /dev/null >"$err"; }
expect_code 2 mlops run
plain
CLICOLOR_FORCE=1 expect_code 2 mlops run
colour
CLICOLOR_FORCE=0 expect_code 2 mlops run
plain
NO_COLOR=0 CLICOLOR_FORCE=1 expect_code 2 mlops run
plain
expect_code 2 mlops run --color=always
colour
NO_COLOR=1 expect_code 2 mlops --color always run
colour
on_tty "TERM=xterm mlops run || true"
colour
on_tty "TERM=dumb mlops run || true"
plain
on_tty "TERM=xterm NO_COLOR=0 mlops run || true"
plain
on_tty "TERM=xterm mlops run --color=never || true"
plain
