# shellcheck shell=sh disable=SC2034,SC2154 # for the scripts; of cli/common.sh
# Sourced after cli/common.sh: nginx with its WebDAV modules on loopback.

# start_webdav: $webdav is the URL of an empty directory there, that ada may use with the password in
# $webdav_password; its files are below $scratch/dav. Beside /dav there is /small, which takes small files only.
start_webdav() {
  nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || skip "nginx is not installed (Debian: nginx)"
  module=/usr/lib/nginx/modules/ngx_http_dav_ext_module.so
  [ -f "$module" ] || skip "nginx has no PROPFIND (Debian: libnginx-mod-http-dav-ext)"
  port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
  webdav=http://127.0.0.1:$port/dav/team%20a
  webdav_password=canary-geheim
  mkdir -p "$scratch/dav/dav/team a" "$scratch/dav/small" "$scratch/nginx"
  printf 'ada:%s\n' "$(openssl passwd -apr1 "$webdav_password")" >"$scratch/nginx/users"
  # Workers of root would be nobody, who may not write here.
  user=
  if [ "$(id -u)" -eq 0 ]; then user="user root;"; fi
  cat >"$scratch/nginx/nginx.conf" <<END
load_module $module;
$user
daemon off;
worker_processes 2;
pid $scratch/nginx/pid;
error_log $scratch/nginx/error.log;
events { worker_connections 256; }
http {
  access_log $scratch/nginx/access.log;
  client_body_temp_path $scratch/nginx/body;
  proxy_temp_path $scratch/nginx/proxy;
  fastcgi_temp_path $scratch/nginx/fastcgi;
  uwsgi_temp_path $scratch/nginx/uwsgi;
  scgi_temp_path $scratch/nginx/scgi;
  client_max_body_size 64m;
  server {
    listen 127.0.0.1:$port;
    root $scratch/dav;
    location / {
      dav_methods PUT DELETE MKCOL COPY MOVE;
      dav_ext_methods PROPFIND OPTIONS;
      dav_access user:rw;
      auth_basic data;
      auth_basic_user_file $scratch/nginx/users;
    }
    location /small/ {
      client_max_body_size 1k;
      dav_methods PUT DELETE MKCOL COPY MOVE;
      dav_ext_methods PROPFIND OPTIONS;
    }
  }
}
END
  run_webdav
}

run_webdav() {
  "$nginx" -e "$scratch/nginx/error.log" -c "$scratch/nginx/nginx.conf" 2>"$scratch/nginx/log" &
  nginx_pid=$!
  trap 'code=$?; set +ex; kill "$nginx_pid" 2>/dev/null; wait "$nginx_pid" 2>/dev/null; (exit "$code"); finish' EXIT
  tries=0
  until python3 -c 'import socket, sys
socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)' "$port" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || fail "nginx does not start: $(cat "$scratch/nginx/log" "$scratch/nginx/error.log")"
    sleep 0.1
  done
}

stop_webdav() {
  kill "$nginx_pid"
  wait "$nginx_pid" || :
}
