#!/bin/sh
# A directory of nginx: add, push, a fresh clone and pull; a login goes to the server that it is for and is nowhere
# else; what is not set up is named.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/webdav_server.sh
. "$tests/support/webdav_server.sh"

start_webdav
origin=${webdav%/dav*}
new_repository ada
mkdir -p data
seq 30000 >data/rows.csv
head -c 3000000 /dev/urandom >data/noise.bin

expect_code 2 mlops remote add origin "$webdav"
error_says "wants a login, and there is none" "machine 127.0.0.1 login <user>"
printf 'machine 127.0.0.1\n  login ada\n  password %s\n' "$webdav_password" >"$HOME/.netrc"
chmod 644 "$HOME/.netrc"
expect_code 2 mlops remote add origin "$webdav"
error_says "others may read it" "chmod 600"
lacks "$err" "$webdav_password"
chmod 600 "$HOME/.netrc"
expect_code 2 mlops remote add origin "${webdav}x"
error_says "is not there" "has to exist"
expect_code 2 mlops remote add origin "http://ada:geheim@127.0.0.1/dav"
lacks "$err" geheim
expect_code 2 mlops remote add origin http://dav.example.org/dav
error_says "a login would be sent for all to read" "https://dav.example.org/dav"
[ ! -e .mlops/config.toml ]

expect_code 0 mlops remote add origin "$webdav"
contains "$out" "works   compare-and-swap" "works   delete" "added remote 'origin'"
contains .mlops/config.toml "$webdav"
mlops data add data
commit one
expect_code 0 mlops data push -j 3
contains "$out" "pushed 1 version to 'origin'"
expect_code 0 mlops data push
contains "$out" "nothing to push"

# nginx as it comes takes files of 1 MiB only.
expect_code 0 mlops remote add --clone --no-probe small "$origin/small"
expect_code 2 mlops data push --remote small
error_says "$origin/small/ takes no file of " "client_max_body_size"
expect_code 0 mlops remote remove small

# A login for another server is not sent to this one, nor one that is for no server in particular.
rm "$HOME/.netrc"
export MLOPS_WEBDAV_USER=ada MLOPS_WEBDAV_PASSWORD="$webdav_password"
expect_code 2 mlops remote show
error_says "nothing says for which server" "MLOPS_WEBDAV_ORIGIN=$origin"
expect_code 2 env MLOPS_WEBDAV_ORIGIN=https://dav.example.org mlops remote show
error_says "wants a login" "machine 127.0.0.1"

git clone --quiet . "$scratch/here/bob"
cd "$scratch/here/bob"
export MLOPS_WEBDAV_ORIGIN="$origin"
expect_code 0 mlops data pull -j 3
diff -r "$scratch/here/ada/data" data
expect_code 0 mlops data fsck
echo more >>data/rows.csv
mlops data add data
expect_code 0 mlops data push --json
json 'j["remotes"][0]["bytes"] < 250000'

# What git knows of the server does, too.
cd ../ada
unset MLOPS_WEBDAV_ORIGIN MLOPS_WEBDAV_USER MLOPS_WEBDAV_PASSWORD
git config --global credential.helper store
printf 'http://ada:%s@127.0.0.1%%3a%s\n' "$webdav_password" "$port" >"$HOME/.git-credentials"
chmod 600 "$HOME/.git-credentials"
expect_code 0 mlops remote show
contains "$out" "2 versions"

# What a push that was killed uploaded is no object, and no other's business.
mkdir "$scratch/dav/dav/team a/mlops-tmp-0123" "$scratch/dav/dav/team a/head/mine"
: >"$scratch/dav/dav/team a/head/README"
expect_code 0 mlops remote show

# Nothing of the login is anywhere.
rm "$HOME/.git-credentials"
grep -rF "$webdav_password" "$scratch/here" && fail "the password is in a file"

# A server that is gone is no empty remote.
stop_webdav
echo again >>data/rows.csv
mlops data add data
timeout -s INT 3 mlops data push >"$out" 2>"$err" && fail "a push without a server"
lacks "$err" "$webdav_password"
lacks "$out" "nothing to push"
