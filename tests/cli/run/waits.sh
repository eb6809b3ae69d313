#!/bin/sh
# --wait waits for the run that holds the work tree, says so on a terminal, and can be interrupted.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END'
schema = 1
name = "x"
[stage.a]
cmd = "echo start >> log; touch started; while ! test -e go; do sleep 0.1; done; echo end >> log"
cache = false
END
mlops run >/dev/null &
first=$!
for _ in $(seq 300); do [ ! -e started ] || break; sleep 0.1; done
expect_code 7 mlops run
error_says "another run is at work" "mlops run --wait"

cat >"$scratch/wait.py" <<'END'
import os, pathlib, pty, signal, subprocess, sys

master, slave = pty.openpty()
waiter = subprocess.Popen(["mlops", "run", "--wait"], stdout=slave, stderr=slave, stdin=slave,
                          start_new_session=True, preexec_fn=lambda: __import__("fcntl").ioctl(0, 0x540E, 0))
os.close(slave)
seen = b""
while b"waiting for another run" not in seen:
    seen += os.read(master, 4096)
if sys.argv[1] == "interrupt":
    waiter.send_signal(signal.SIGINT)
else:
    pathlib.Path("go").touch()
try:
    while os.read(master, 4096):
        pass
except OSError:
    pass
sys.exit(waiter.wait())
END
expect_code 130 python3 "$scratch/wait.py" interrupt
[ "$(cat log)" = start ]
expect_code 0 python3 "$scratch/wait.py" go
wait "$first"
equals log "start
end
start
end"
