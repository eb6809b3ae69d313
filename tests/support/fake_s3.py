"""A bucket in memory that speaks enough of S3, and goes wrong when it is told to: for the tests of the transport.

    fake_s3.py        prints its port; ends when its standard input does

The bucket is `bucket`. POST /-/fault with the body "KIND COUNT" makes the next COUNT requests go wrong; GET
/-/seen lists the requests so far, a line each. Every request must be signed, and name its body's SHA-256.
"""

import base64
import hashlib
import os
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

LOCK = threading.Lock()
OBJECTS = {}
FAULTS = []
SEEN = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        length = dict(headers).get("Content-Length")
        if length is None and status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def error(self, status, code, headers=()):
        body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
        self.answer(status, b"" if self.command == "HEAD" else body,
                    (*headers, ("Content-Length", str(len(body)))) if self.command == "HEAD" else headers)

    def drop(self):
        self.close_connection = True
        self.connection.close()

    def control(self, body):
        if self.path == "/-/fault":
            kind, count = body.decode().split()
            with LOCK:
                FAULTS[:] = [kind] * int(count)
            self.answer(200)
        else:
            with LOCK:
                text = "\n".join(SEEN)
            self.answer(200, text.encode())

    def handle_one(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/-/"):
            return self.control(body)
        with LOCK:
            SEEN.append(f"{self.command} {self.path} auth={'Authorization' in self.headers}")
            fault = FAULTS.pop(0) if FAULTS else None
        if fault in ("503", "429", "500", "403", "409"):
            code = {"503": "SlowDown", "403": "AccessDenied"}.get(fault, "Trouble")
            return self.error(int(fault), code, (("Retry-After", "1"),) if fault == "429" else ())
        if fault == "redirect":
            return self.error(307, "TemporaryRedirect", (("Location", "http://127.0.0.1:1/stolen"),))
        if fault == "region":
            return self.error(301, "PermanentRedirect", (("x-amz-bucket-region", "eu-west-3"),))
        if fault == "html":
            return self.answer(200, b"<html><body>Please log in</body></html>")
        if fault == "drop":
            return self.drop()
        if self.headers.get("Authorization", "").split(" ")[0] != "AWS4-HMAC-SHA256":
            return self.error(403, "AccessDenied")
        if self.headers.get("x-amz-content-sha256") != hashlib.sha256(body).hexdigest():
            return self.error(400, "XAmzContentSHA256Mismatch")
        return self.perform(body, fault)

    def perform(self, body, fault):
        url = urlsplit(self.path)
        bucket, _, key = unquote(url.path).lstrip("/").partition("/")
        if bucket != "bucket":
            return self.error(404, "NoSuchBucket")
        if not key:
            return self.list(parse_qs(url.query, keep_blank_values=True), fault)
        if self.command == "PUT":
            return self.put(key, body, fault)
        with LOCK:
            found = OBJECTS.get(key)
            if self.command == "DELETE":
                OBJECTS.pop(key, None)
        if self.command == "DELETE":
            return self.answer(204)
        if found is None:
            return self.error(404, "NoSuchKey")
        return self.get(found, fault)

    def put(self, key, body, fault):
        checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
        if self.headers.get("x-amz-checksum-sha256") != checksum:
            return self.error(400, "BadDigest")
        with LOCK:
            is_refused = self.headers.get("If-None-Match") == "*" and key in OBJECTS
            if not is_refused:
                OBJECTS[key] = body
        if fault == "drop-after":
            return self.drop()
        if fault == "500-after":
            return self.error(500, "InternalError")
        return self.error(412, "PreconditionFailed") if is_refused else self.answer(200)

    def get(self, found, fault):
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if self.command == "HEAD":
            return self.answer(200, headers=(("Content-Length", str(len(found))),))
        if fault == "cut":
            self.send_response(206 if wanted else 200)
            self.send_header("Content-Length", str(len(found) + 10))
            self.end_headers()
            self.wfile.write(found[:len(found) // 2])
            return self.drop()
        if not wanted or fault == "no-range":
            return self.answer(200, found)
        first, last = int(wanted[1]), int(wanted[2])
        if first >= len(found):
            return self.error(416, "InvalidRange")
        if fault == "other-range":
            first, last = first + 1, last + 1
        part = found[first:last + 1]
        return self.answer(206, part, (("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(found)}"),))

    def list(self, query, fault):
        prefix, after = query.get("prefix", [""])[0], query.get("start-after", [""])[0]
        most = int(query.get("max-keys", ["1000"])[0])
        with LOCK:
            keys = sorted(key for key in OBJECTS if key.startswith(prefix) and key > after)
            sizes = {key: len(OBJECTS[key]) for key in keys}
        if fault == "backwards":
            keys = keys[::-1]
        page = keys[:most]
        rows = "".join(f"<Contents><Key>{escape(key)}</Key><Size>{sizes[key]}</Size></Contents>" for key in page)
        truncated = "true" if len(keys) > most or fault == "endless" else "false"
        if fault == "endless":
            rows = ""
        self.answer(200, f"<ListBucketResult><IsTruncated>{truncated}</IsTruncated>{rows}</ListBucketResult>".encode())

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = handle_one


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    os._exit(0)


main()
