"""A tree in memory that speaks enough of WebDAV, and goes wrong when it is told to: for the tests of the transport.

    fake_webdav.py    prints its port; ends when its standard input does

`/dav/team a` is there, for the user ada with the password "geheim". POST /-/fault with the body "KIND COUNT
[METHOD]" makes the next COUNT requests (of that method) go wrong; GET /-/seen lists the requests so far, a line
each. MOVE of a file onto another with "Overwrite: F" has two winners now and then, as nginx's has: a slot must
not be a file.
"""

import base64
import os
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote, urlsplit
from xml.sax.saxutils import escape

LOCK = threading.Lock()
TREE = {"/": None, "/dav": None, "/dav/team a": None}  # None: a collection
FAULTS = []
SEEN = []
LOGIN = "Basic " + base64.b64encode(b"ada:geheim").decode()
TEXTS = {
    "html": b"<html><body>Please log in<br></body></html>",
    "bomb": b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]><multistatus xmlns="DAV:">&c;</multistatus>',
    "empty": b'<multistatus xmlns="DAV:"></multistatus>',
}


def below(path):
    return [other for other in TREE if other.startswith(path + "/")]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def drop(self):
        self.close_connection = True
        self.connection.close()

    def control(self, body):
        if self.path == "/-/fault":
            kind, count, method = (body.decode().split() + [""])[:3]
            with LOCK:
                FAULTS[:] = [(kind, method)] * int(count)
            return self.answer(200)
        with LOCK:
            text = "\n".join(SEEN)
        return self.answer(200, text.encode())

    def take_fault(self):
        with LOCK:
            if FAULTS and FAULTS[0][1] in ("", self.command):
                return FAULTS.pop(0)[0]
        return None

    def handle_one(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/-/"):
            return self.control(body)
        with LOCK:
            SEEN.append(f"{self.command} {self.path} auth={'Authorization' in self.headers}")
        fault = self.take_fault()
        if fault in ("503", "429", "500", "403", "405", "413", "507"):
            return self.answer(int(fault), headers=(("Retry-After", "1"),) if fault == "429" else ())
        if fault == "redirect":
            return self.answer(307, headers=(("Location", "http://127.0.0.1:1/stolen"),))
        if fault in TEXTS:
            return self.answer(207 if self.command == "PROPFIND" else 200, TEXTS[fault])
        if fault == "drop":
            return self.drop()
        if self.headers.get("Authorization") != LOGIN:
            return self.answer(401, b"who is there?", (("WWW-Authenticate", 'Basic realm="data"'),))
        perform = getattr(self, "perform_" + self.command.lower())
        status, content, headers = perform(self.local(self.path), body, fault)
        if fault == "drop-after":
            return self.drop()
        if fault == "500-after":
            return self.answer(500)
        if fault == "cut":
            self.send_response(status)
            self.send_header("Content-Length", str(len(content) + 10))
            self.end_headers()
            self.wfile.write(content[:len(content) // 2])
            return self.drop()
        return self.answer(status, content, headers)

    @staticmethod
    def local(url):
        return unquote(urlsplit(url).path).rstrip("/") or "/"

    def perform_get(self, path, _, fault):
        with LOCK:
            found = TREE.get(path)
            is_collection = path in TREE and found is None
        if is_collection:
            return 200, b"<html>an index, as some servers make one</html>", ()
        if found is None:
            return 404, b"", ()
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if not wanted or fault == "no-range":
            return 200, found, ()
        first, last = int(wanted[1]), int(wanted[2])
        if first >= len(found):
            return 416, b"", ()
        if fault == "other-range":
            first, last = first + 1, last + 1
        part = found[first:last + 1]
        return 206, part, (("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(found)}"),)

    perform_head = perform_get

    def perform_put(self, path, body, fault):
        with LOCK:
            if TREE.get(path.rpartition("/")[0], b"") is not None:
                return 409, b"", ()
            is_new = path not in TREE
            TREE[path] = body[:-1] if fault == "short" else body
        return (201 if is_new else 204), b"", ()

    def perform_mkcol(self, path, *_):
        with LOCK:
            if path in TREE:
                return 405, b"", ()
            if TREE.get(path.rpartition("/")[0], b"") is not None:
                return 409, b"", ()
            TREE[path] = None
        return 201, b"", ()

    def perform_delete(self, path, *_):
        with LOCK:
            if path not in TREE:
                return 404, b"", ()
            for other in below(path):
                del TREE[other]
            del TREE[path]
        return 204, b"", ()

    def perform_move(self, path, *_):
        to = self.local(self.headers["Destination"])
        with LOCK:
            if path not in TREE:
                return 404, b"", ()
            was_there = to in TREE
        if was_there and self.headers.get("Overwrite") == "F":
            return 412, b"", ()
        time.sleep(0.001)  # between the look and the rename
        with LOCK:
            if path not in TREE:
                return 404, b"", ()
            if TREE.get(to.rpartition("/")[0], b"") is not None:
                return 409, b"", ()
            if TREE[path] is None and below(to):
                if self.headers.get("Overwrite") == "F":
                    return 405, b"", ()  # rename(2): not empty
                for other in below(to):
                    del TREE[other]
            for other in [path, *below(path)]:
                TREE[to + other[len(path):]] = TREE.pop(other)
        return (204 if was_there else 201), b"", ()

    def perform_propfind(self, path, _, fault):
        with LOCK:
            if path not in TREE:
                return 404, b"", ()
            paths = [path]
            if self.headers.get("Depth") == "1":
                paths += [other for other in below(path) if "/" not in other[len(path) + 1:]]
            sizes = {other: TREE[other] if TREE[other] is None else len(TREE[other]) for other in paths}
        if fault == "foreign":
            sizes["/dav/elsewhere/000000000009"] = 1
        if fault == "deeper":
            sizes[path + "/a/b"] = 1
        rows = ""
        for other, size in sizes.items():
            kind = "<d:collection/>" if size is None else ""
            length = "" if size is None else f"<d:getcontentlength>{size}</d:getcontentlength>"
            slash = "/" if size is None else ""
            row = (f"<d:response><d:href>http://elsewhere{escape(quote(other))}{slash}</d:href><d:propstat><d:prop>"
                   f"<d:resourcetype>{kind}</d:resourcetype>{length}</d:prop><d:status>HTTP/1.1 200 OK</d:status>"
                   "</d:propstat></d:response>")
            rows += row * (2 if fault == "twice" and size is not None else 1)
        text = f'<?xml version="1.0"?><!-- x --><d:multistatus xmlns:d="DAV:">{rows}</d:multistatus>'
        if fault == "torn":
            text = text[:-30]
        return 207, text.encode(), (("Content-Type", "application/xml"),)

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = do_MKCOL = do_MOVE = do_PROPFIND = handle_one


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    os._exit(0)


main()
