#!/bin/sh
# Remotes are named, listed and removed; what cannot be a remote is refused with the step that helps.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
expect_code 0 mlops data push
contains "$out" "nothing to push"
expect_code 0 mlops remote list
echo x >x && mlops data add x
expect_code 2 mlops data push
error_says "there is no remote yet" "mlops remote add origin <url>"

for url in gs://bucket az://container; do
  expect_code 2 mlops remote add origin "$url"
  error_says "remotes of the kind '${url%%:*}://' are not built into this version" "a directory works"
done
expect_code 2 mlops remote add origin host:path
error_says "looks like host:path" "ssh://host/path"
expect_code 2 mlops remote add origin ftp://host/x
contains "$err" "'ftp' is no kind of remote" "hint: "
expect_code 2 mlops remote add origin https://user:secret@host/x
lacks "$err" secret
expect_code 2 mlops remote add origin "$scratch/absent/parent/store"
error_says "does not exist" "is its disk mounted?"
[ ! -e "$scratch/absent" ]
expect_code 2 mlops remote add origin data-store
error_says "lies in the work tree" "outside of it"
expect_code 2 mlops remote add origin "$scratch/here/store" --region eu-west-3
error_says "only a bucket has an endpoint or a region" "s3://"
[ ! -e "$scratch/here/store" ]
expect_code 2 mlops remote add -- -x "$scratch/here/store"
expect_code 2 mlops remote add 'a b' "$scratch/here/store"

expect_code 0 mlops remote add origin "$scratch/here/a b"
expect_code 2 mlops remote add origin "$scratch/here/other"
error_says "there is a remote 'origin' already" "mlops remote remove origin"
mkdir sub && cd sub
expect_code 0 mlops remote add --clone --no-probe usb ../../store
cd ..
lacks .mlops/config.toml usb
expect_code 0 mlops remote list --json
json '[(r["name"], r["default"], r["scope"]) for r in j["remotes"]] == [("origin", True, "tracked"), ("usb", False, "clone")]'
json 'all(r["url"].startswith("/") for r in j["remotes"])'
expect_code 0 mlops remote probe --json
json 'j["usable"] and [r["what"] for r in j["results"]] == ["write", "read", "list", "delete", "clock", "compare-and-swap"]'
expect_code 2 mlops remote show orign
error_says "there is no remote 'orign'" "did you mean 'origin'?"

# A data set that goes elsewhere.
echo y >y && mlops data add y
mlops config --tracked data.set.y.remote usb
expect_code 0 mlops data push --json
json '{r["name"]: [p["path"] for p in r["published"]] for r in j["remotes"]} == {"origin": ["x"], "usb": ["y"]}'

expect_code 0 mlops remote remove usb
contains "$out" "removed remote 'usb'" "stays there"
[ -e "$scratch/here/store/format" ]
expect_code 2 mlops data push y
error_says "there is no remote 'usb'" "mlops remote add usb <url>"
expect_code 0 mlops data push --remote origin y

# A disk that is not mounted is no empty one.
mv "$scratch/here/a b" "$scratch/here/away"
expect_code 5 mlops data push x
error_says "does not exist" "is its disk mounted?"
[ ! -e "$scratch/here/a b" ]
