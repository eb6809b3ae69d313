# shellcheck shell=sh disable=SC2154 # scratch, tests: of cli/common.sh
# Sourced after cli/common.sh: moto, an S3 server that others wrote, on loopback.

# start_s3: $endpoint is where it is; the bucket acme-ml is there, and its keys are in the environment.
start_s3() {
  moto=$HOST_CACHE/mlops-tests/moto-5.1.10
  if [ ! -f "$moto/complete" ]; then
    rm -rf "$moto"
    if ! { /usr/bin/python3 -m venv "$moto" && "$moto/bin/pip" install -q 'moto[s3,server]==5.1.10'; } \
      >"$scratch/pip" 2>&1; then
      rm -rf "$moto"
      skip "moto cannot be had: $(tail -n 1 "$scratch/pip")"
    fi
    touch "$moto/complete"
  fi
  port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
  endpoint=http://127.0.0.1:$port
  # One request after the other: with threads of its own it has two winners in some of 200 races.
  "$moto/bin/python" -c 'import sys
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
run_simple("127.0.0.1", int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)' \
    "$port" >"$scratch/moto.log" 2>&1 &
  moto_pid=$!
  trap 'code=$?; set +ex; kill "$moto_pid" 2>/dev/null; (exit "$code"); finish' EXIT
  export AWS_ACCESS_KEY_ID=test-key AWS_SECRET_ACCESS_KEY=canary-geheim
  "$moto/bin/python" - "$endpoint" <<'END' || fail "moto does not start: $(cat "$scratch/moto.log")"
import sys, time
import boto3
client = boto3.client("s3", endpoint_url=sys.argv[1], region_name="us-east-1")
for _ in range(200):
    try:
        client.create_bucket(Bucket="acme-ml")
        break
    except Exception as problem:
        last = problem
        time.sleep(0.1)
else:
    sys.exit(str(last))
END
}
