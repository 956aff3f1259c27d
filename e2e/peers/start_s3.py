#!/usr/bin/env python3
"""start_s3.py - an S3 store for loopback tests (stdlib only): path style, objects in memory, every signature checked, fault injection.
usage: start_s3.py [--port 0] [--bucket kept-test] [--region za-1] [--key AK] [--secret SK] [--page 3]     first line: ready http://127.0.0.1:PORT
S3:    PUT GET HEAD DELETE /BUCKET/KEY      GET /BUCKET?list-type=2[&prefix=][&continuation-token=][&max-keys=][&encoding-type=url]   (at most --page keys a page)
       Signature V4 in the query: scope, time, expiry, signed headers (host and every x-amz-*), signature. As AWS does: 411 without Content-Length, 400 BadDigest when
       x-amz-checksum-sha256 does not fit; a body that breaks off is not stored.
Test:  GET /_/objects -> {"KEY": size}      GET /_/stats -> {"PUT 200": n}      PUT /_/objects/KEY stores without a signature      DELETE /_/objects empties
       PUT /_/fault {"mode": M, "count": N or null}      DELETE /_/fault
 M: error (503 SlowDown) | denied (403 AccessDenied) | hang (reads, never answers) | drop (closes without an answer) | cut (half of a download, then closes) | full (507)"""
import argparse, base64, collections, datetime, hashlib, hmac, json, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

LOCK = threading.RLock()
OBJECTS, STATS, FAULT = {}, collections.Counter(), {}


def sign(secret, date, region, text):
    key = ("AWS4" + secret).encode()
    for part in (date, region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def flaw_of_signature(handler, path, query):
    """None, or (status, code)."""
    q = dict(query)
    try:
        key, date, region, service, end = q["X-Amz-Credential"].split("/")
        at = datetime.datetime.strptime(q["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
        expires, names, given = int(q["X-Amz-Expires"]), q["X-Amz-SignedHeaders"].split(";"), q["X-Amz-Signature"]
    except (KeyError, ValueError):
        return 403, "AccessDenied"
    if q.get("X-Amz-Algorithm") != "AWS4-HMAC-SHA256" or (service, end) != ("s3", "aws4_request") or region != A.region or date != q["X-Amz-Date"][:8]:
        return 400, "AuthorizationQueryParametersError"
    if key != A.key:
        return 403, "InvalidAccessKeyId"
    age = (datetime.datetime.now(datetime.timezone.utc) - at).total_seconds()
    if not -900 < age or not 0 < expires <= 604800:
        return 403, "RequestTimeTooSkewed"
    if age > expires:
        return 403, "AccessDenied"
    headers = {k.lower(): " ".join(v.split()) for k, v in handler.headers.items()}
    if "host" not in names or any(k.startswith("x-amz-") and k not in names for k in headers) or any(n not in headers for n in names):
        return 403, "AccessDenied"
    safe = lambda text: quote(text, safe="-_.~")
    pairs = sorted((safe(k), safe(v)) for k, v in query if k != "X-Amz-Signature")
    canonical = "\n".join([handler.command, quote(unquote(path), safe="/-_.~"), "&".join(f"{k}={v}" for k, v in pairs),
                           *(f"{n}:{headers[n]}" for n in names), "", ";".join(names), "UNSIGNED-PAYLOAD"])
    text = "\n".join(["AWS4-HMAC-SHA256", q["X-Amz-Date"], f"{date}/{region}/s3/aws4_request", hashlib.sha256(canonical.encode()).hexdigest()])
    if not hmac.compare_digest(sign(A.secret, date, region, text), given):
        return 403, "SignatureDoesNotMatch"
    return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", kind="application/xml", more=None, length=None):
        with LOCK:
            STATS[f"{self.command} {status}"] += 1
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body) if length is None else length))
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status, code):
        self.answer(status, f"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>".encode())

    def body(self):
        """The whole body, or None when it broke off."""
        data = self.rfile.read(int(self.headers.get("content-length", 0)))
        return data if len(data) == int(self.headers.get("content-length", 0)) else None

    def handle_one(self):
        url = urlsplit(self.path)
        if url.path.startswith("/_/"):
            return self.control(url.path[3:])
        query = parse_qsl(url.query, keep_blank_values=True)
        length = self.headers.get("content-length")
        data = self.body()
        if data is None:
            self.close_connection = True
            return None
        with LOCK:
            mode = FAULT.get("mode")
            if mode == "cut" and self.command != "GET":
                mode = None
            if mode and FAULT.get("count") is not None:
                FAULT["count"] -= 1
                if FAULT["count"] <= 0:
                    FAULT.clear()
        if mode == "hang":
            while FAULT.get("mode") == "hang":
                time.sleep(0.05)
            mode = "drop"
        if mode == "drop":
            self.close_connection = True
            return None
        for name, said in (("error", (503, "SlowDown")), ("denied", (403, "AccessDenied")), ("full", (507, "InsufficientStorage"))):
            if mode == name:
                return self.refuse(*said)
        flaw = flaw_of_signature(self, url.path, query)
        if flaw:
            return self.refuse(*flaw)
        bucket, _, key = unquote(url.path)[1:].partition("/")
        if bucket != A.bucket:
            return self.refuse(404, "NoSuchBucket")
        if not key:
            return self.list(dict(query)) if self.command == "GET" else self.refuse(405, "MethodNotAllowed")
        if self.command == "PUT":
            if length is None:
                return self.refuse(411, "MissingContentLength")
            checksum = self.headers.get("x-amz-checksum-sha256")
            if checksum is not None and base64.b64encode(hashlib.sha256(data).digest()).decode() != checksum:
                return self.refuse(400, "BadDigest")
            with LOCK:
                OBJECTS[key] = (data, datetime.datetime.now(datetime.timezone.utc))
            return self.answer(200, more={"etag": '"' + hashlib.md5(data).hexdigest() + '"'})
        if self.command == "DELETE":
            with LOCK:
                OBJECTS.pop(key, None)
            return self.answer(204)
        with LOCK:
            found = OBJECTS.get(key)
        if found is None:
            return self.refuse(404, "NoSuchKey")
        if mode == "cut":
            self.answer(200, found[0][:len(found[0]) // 2], "application/octet-stream", length=len(found[0]))
            self.close_connection = True
            return None
        return self.answer(200, found[0], "application/octet-stream") if self.command == "GET" else self.answer(200, b"", length=len(found[0]))

    def list(self, query):
        prefix, after = query.get("prefix", ""), base64.b64decode(query.get("continuation-token", "")).decode()
        at_most = min(A.page, int(query.get("max-keys", A.page)))
        with LOCK:
            keys = sorted(k for k in OBJECTS if k.startswith(prefix) and k > after)
            page, rest = keys[:at_most], keys[at_most:]
            items = "".join(f"<Contents><Key>{quote(k, safe='/') if query.get('encoding-type') == 'url' else escape(k)}</Key><LastModified>{OBJECTS[k][1]:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
                            f"<ETag>&quot;{hashlib.md5(OBJECTS[k][0]).hexdigest()}&quot;</ETag><Size>{len(OBJECTS[k][0])}</Size><StorageClass>STANDARD</StorageClass></Contents>" for k in page)
        token = f"<NextContinuationToken>{base64.b64encode(page[-1].encode()).decode()}</NextContinuationToken>" if rest else ""
        encoding = "<EncodingType>url</EncodingType>" if query.get("encoding-type") == "url" else ""
        self.answer(200, (f'<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>{escape(A.bucket)}</Name><Prefix>{escape(prefix)}</Prefix>'
                          f'<KeyCount>{len(page)}</KeyCount><MaxKeys>{at_most}</MaxKeys>{encoding}<IsTruncated>{str(bool(rest)).lower()}</IsTruncated>{token}{items}</ListBucketResult>').encode())

    def control(self, what):
        data = self.body() or b""
        with LOCK:
            match self.command, what.split("/", 1):
                case "GET", ["objects"]:
                    said = {k: len(v[0]) for k, v in OBJECTS.items()}
                case "GET", ["stats"]:
                    said = dict(STATS)
                case "PUT", ["objects", key]:
                    OBJECTS[unquote(key)] = (data, datetime.datetime.now(datetime.timezone.utc))
                    said = {}
                case "DELETE", ["objects"]:
                    OBJECTS.clear()
                    said = {}
                case "PUT", ["fault"]:
                    FAULT.clear()
                    FAULT.update(json.loads(data))
                    said = FAULT
                case "DELETE", ["fault"]:
                    FAULT.clear()
                    said = {}
                case _:
                    return self.answer(404, b"{}", "application/json")
            said = json.dumps(said).encode()
        return self.answer(200, said, "application/json")

    do_GET = do_PUT = do_HEAD = do_DELETE = handle_one


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        """A client that went away is what these tests are about."""


if __name__ == "__main__":
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--port", type=int, default=0)
    for name, default in (("bucket", "kept-test"), ("region", "za-1"), ("key", "AK"), ("secret", "SK")):
        ap.add_argument("--" + name, default=default)
    ap.add_argument("--page", type=int, default=3)
    A = ap.parse_args()
    server = Server(("127.0.0.1", A.port), Handler)
    print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)
