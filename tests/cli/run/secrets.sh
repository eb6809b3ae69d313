#!/bin/sh
# Secrets reach the process alone: no argument vector, log, record, key, report, lock or object has them,
# nor their base64 or percent encoding, wherever the output is cut.
# change nothing
# failure secrets
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
canary='cAnary/4+7?zz~Q'
encoded=$(printf %s "$canary" | base64)
printf '%s\n' "$canary-of-a-file" >"$HOME/.token"
cat >pipeline.toml <<'EOF'
schema = 1
name = "secret"
[stage.use]
cmd = ["python3", "use.py"]
deps = ["use.py"]
outs = ["out.txt"]
secrets = [
  { env = "API_KEY", local = "env:USER_KEY" },
  { file = "/run/token", local = "file:~/.token", kubernetes = "tok/value" },
]
EOF
cat >use.py <<'EOF'
import base64, glob, os, stat, sys, time, urllib.parse
key = os.environ["API_KEY"]
assert "USER_KEY" not in os.environ
token = os.environ["MLOPS_SECRETS"] + "/run/token"
assert stat.S_IMODE(os.stat(token).st_mode) == 0o600
assert stat.S_IMODE(os.stat(os.environ["MLOPS_SECRETS"]).st_mode) == 0o700
text = open(token).read().strip()
print("key", key, "token", text)
print("header", base64.b64encode(b"user:" + key.encode()).decode(), base64.b64encode(key.encode()).decode())
print("url", urllib.parse.quote(key, safe=""), file=sys.stderr)
for half in (key[:7], key[7:] + "\n"):
    sys.stdout.write(half)
    sys.stdout.flush()
    time.sleep(0.2)
words = b"".join(open(name, "rb").read() for name in glob.glob("/proc/[0-9]*/cmdline") if os.path.exists(name))
assert key.encode() not in words and text.encode() not in words
open("out.txt", "w").write(str(len(key)))
if len(sys.argv) > 1: sys.exit(1)
EOF
expect_code 2 mlops run
error_says "the secret 'API_KEY' comes from 'USER_KEY', which is not set" "export USER_KEY="
expect_code 2 env USER_KEY=short mlops run
contains "$err" "shorter than 6 bytes"
lacks "$err" "short="
export USER_KEY="$canary"
expect_code 0 mlops run
contains "$out" 'key *** token ***' 'url ***'
cp "$out" "$scratch/kept.1"
cp "$err" "$scratch/kept.2"
sed -i '/^cmd/s|"use.py"|"use.py", "fail"|' pipeline.toml
expect_code 4 mlops run --json
cp "$out" "$scratch/kept.3"
cp "$err" "$scratch/kept.4"
expect_code 4 mlops run --explain --isolated
cat "$out" "$err" >"$scratch/kept.5"
for text in "$canary" "$encoded" "${encoded%??????}" "cAnary%2F4%2B7%3Fzz~Q" "$canary-of"; do
  if grep -rqaF -e "$text" . "$scratch"/kept.*; then fail "found: $text"; fi
done
[ -z "$(find "$TMPDIR" -path '*secrets*' -name token)" ]
# The name is a part of the key, the value is not.
sed -i 's|, "fail"\]|]|' pipeline.toml
USER_KEY=another-value-of-it
expect_code 0 mlops run
contains "$out" "1 cached"
sed -i 's|API_KEY|API_KEY2|' pipeline.toml
expect_code 0 mlops run -n
contains "$out" "would run"
