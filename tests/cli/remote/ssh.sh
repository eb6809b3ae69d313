#!/bin/sh
# A directory of another machine, through OpenSSH: push, a fresh clone and pull; each thing that is not set up is named.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/ssh_server.sh
. "$tests/support/ssh_server.sh"

start_sshd
new_repository ada
store="$scratch/here/the team's store"
url=ssh://far$(printf %s "$store" | sed 's/ /%20/g')
mkdir -p data
seq 30000 >data/rows.csv
head -c 3000000 /dev/urandom >data/noise.bin

# What has to be there first, in the order in which it is missed.
expect_code 5 mlops remote add origin "$url"
error_says "Host key verification failed" "log in once by hand with ssh"
know_host
expect_code 5 mlops remote add origin "$url"
error_says "does not exist" "mkdir -- "
mkdir "$store"
sed -i.right 's|PATH=[^:]*:|PATH=|' "$far/authorized_keys"
expect_code 5 mlops remote add origin "$url"
error_says "not found" "in the PATH of shells that ssh starts"
mv "$far/authorized_keys" "$far/none"
expect_code 5 mlops remote add origin "$url"
error_says "Permission denied" "ssh-add"
mv "$far/authorized_keys.right" "$far/authorized_keys"
[ ! -e .mlops/config.toml ]

expect_code 0 mlops remote add origin "$url"
contains "$out" "works   compare-and-swap" "added remote 'origin'"
mlops data add data
commit one
expect_code 0 mlops data push -j 3
contains "$out" "pushed 1 version to 'origin'"
expect_code 0 mlops data push
contains "$out" "nothing to push"
git clone --quiet . "$scratch/here/bob"
cd "$scratch/here/bob"
expect_code 0 mlops data pull -j 3
diff -r "$scratch/here/ada/data" data
expect_code 0 mlops data fsck
expect_code 0 mlops remote show
contains "$out" "1 version"

# A key that may add and not take away: pushes and pulls, and nothing else.
authorize "command=\"mlops serve --append-only \\\"$store\\\"\""
echo more >>data/rows.csv
mlops data add data
expect_code 0 mlops data push
expect_code 0 mlops remote probe
contains "$out" "works   write" "unsure  delete: " "this account may only add" "works   compare-and-swap"
authorize ""

# A server that is not there is no empty remote, and the next try goes on.
stop_sshd
echo again >>data/rows.csv
mlops data add data
expect_code 5 mlops data push
error_says "Connection refused" "try the same host with ssh by hand"
run_sshd
expect_code 0 mlops data push
contains "$out" "pushed 1 version"

# By hand it says what it is for; a directory that is not there is an answer, not an end.
expect_code 0 mlops serve "$scratch/absent" </dev/null
equals "$out" "mlops-serve 1"
printf 'GET / HTTP/1.1\r\n\r\n' >"$scratch/strange"
expect_code 6 mlops serve "$store" <"$scratch/strange"
error_says "message's head" "nobody but another mlops"
printf '\100\000' >"$scratch/cut"
expect_code 5 mlops serve "$store" <"$scratch/cut"
