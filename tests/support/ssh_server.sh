# shellcheck shell=sh disable=SC2154 # scratch: of cli/common.sh
# Sourced after cli/common.sh: OpenSSH's server on loopback, and `ssh` in the PATH that knows it as host "far".

# start_sshd [OPTION-OF-THE-KEY]: in $far is its directory; authorized_keys may be written anew at any time.
start_sshd() {
  sshd=$(PATH=$PATH:/usr/sbin command -v sshd) || skip "sshd is not installed (Debian: openssh-server)"
  far=$scratch/far
  mkdir -p "$far" "$scratch/ssh-bin"
  if [ "$(id -u)" -eq 0 ]; then mkdir -p /run/sshd; fi
  ssh-keygen -q -t ed25519 -N '' -f "$far/host"
  ssh-keygen -q -t ed25519 -N '' -f "$far/user"
  port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
  authorize ""
  # An account that nobody logs in to with a password gets in with a key only through PAM.
  pam=no
  if grep -qs "^$(id -un):!" /etc/shadow; then pam=yes; fi
  cat >"$far/sshd_config" <<END
Port $port
ListenAddress 127.0.0.1
HostKey $far/host
PidFile $far/pid
AuthorizedKeysFile $far/authorized_keys
StrictModes no
UsePAM $pam
PasswordAuthentication no
PermitRootLogin yes
PermitUserEnvironment yes
END
  run_sshd
  cat >"$far/config" <<END
Host far
  HostName 127.0.0.1
  HostKeyAlias far
  Port $port
  User $(id -un)
  IdentityFile $far/user
  IdentitiesOnly yes
  UserKnownHostsFile $far/known_hosts
END
  ssh=$(command -v ssh)
  printf '#!/bin/sh\nexec "%s" -F "%s" "$@"\n' "$ssh" "$far/config" >"$scratch/ssh-bin/ssh"
  chmod +x "$scratch/ssh-bin/ssh"
  PATH=$scratch/ssh-bin:$PATH
}

# authorize [OPTIONS]: what the one key may do. `mlops` is in the PATH of its shells.
authorize() {
  printf '%senvironment="PATH=%s:/usr/bin:/bin",environment="ASAN_OPTIONS=%s" %s\n' \
    "${1:+$1,}" "$(dirname "$(command -v mlops)")" "$ASAN_OPTIONS" "$(cat "$far/user.pub")" >"$far/authorized_keys"
}

run_sshd() {
  "$sshd" -D -e -f "$far/sshd_config" 2>"$far/log" &
  sshd_pid=$!
  trap 'code=$?; set +ex; kill "$sshd_pid" 2>/dev/null; (exit "$code"); finish' EXIT
  tries=0
  until grep -q "Server listening" "$far/log"; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || fail "sshd does not start: $(cat "$far/log")"
    sleep 0.1
  done
}

stop_sshd() {
  kill "$sshd_pid"
  wait "$sshd_pid" || :
}

know_host() {
  printf 'far %s\n' "$(cat "$far/host.pub")" >"$far/known_hosts"
}
