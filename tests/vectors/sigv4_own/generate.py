"""Writes vectors.json: requests signed by botocore, with every intermediate value.

Run by hand when a case is added:  python3 generate.py > vectors.json
The committed file is what tests read, so that a fresh clone needs no Python.
"""

import datetime
import json
from unittest import mock

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

TIME = datetime.datetime(2026, 2, 28, 23, 59, 58, tzinfo=datetime.timezone.utc)
KEY = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEJ//////////+/=="

# name, service, region, method, host, path, query, headers, body, session token
CASES = [
    ("json-call", "sso", "eu-central-1", "POST", "sso.eu-central-1.amazonaws.com", "/", "",
     [("Content-Type", "application/x-amz-json-1.1"),
      ("X-Amz-Target", "SWBExternalService.ListInstances")], "{}", None),
    ("json-call-session-token", "identitystore", "us-gov-west-1", "POST",
     "identitystore.us-gov-west-1.amazonaws.com", "/", "",
     [("Content-Type", "application/x-amz-json-1.1"),
      ("X-Amz-Target", "AWSIdentityStore.GetUserId")],
     '{"IdentityStoreId":"d-1234567890"}', TOKEN),
    ("utf8-body", "organizations", "us-east-1", "POST", "organizations.us-east-1.amazonaws.com",
     "/", "", [("Content-Type", "application/x-amz-json-1.1")], '{"Name":"Zoë – 東京"}', None),
    ("chinese-partition", "sso", "cn-northwest-1", "POST", "sso.cn-northwest-1.amazonaws.com.cn",
     "/", "", [], "{}", None),
    ("host-with-port", "sso", "us-east-1", "POST", "127.0.0.1:5000", "/", "", [], "{}", None),
    ("path-encoded-again", "scheduler", "us-east-1", "GET", "scheduler.us-east-1.amazonaws.com",
     "/schedules/a%20b%3Ac", "groupName=jit%2Fgroup", [], "", None),
    ("path-utf8-encoded-again", "scheduler", "us-east-1", "GET",
     "scheduler.us-east-1.amazonaws.com", "/schedules/%E6%9D%B1", "", [], "", TOKEN),
    ("query-sorted-after-encoding", "scheduler", "us-east-1", "GET",
     "scheduler.us-east-1.amazonaws.com", "/schedules",
     "b=2&a=3&a=1&A=0&%C3%A9=x&a-b=4&a%2Fb=5&a.b=6", [], "", None),
    ("query-without-value", "execute-api", "us-east-1", "GET", "x.execute-api.amazonaws.com",
     "/", "empty=&z=1", [], "", None),
    ("header-blanks", "service", "us-east-1", "GET", "example.amazonaws.com", "/", "",
     [("X-Note", "  a   b \t c  "), ("X-Quoted", ' "a   b" ')], "", None),
    ("header-name-case", "service", "us-east-1", "GET", "example.amazonaws.com", "/", "",
     [("ZZ-Top", "1"), ("aa-bottom", "2"), ("Mixed-CASE", "3")], "", None),
    ("s3-put", "s3", "us-east-1", "PUT", "audit.s3.us-east-1.amazonaws.com",
     "/audit/2026/02/28/abc.json", "",
     [("Content-Type", "application/json"), ("If-None-Match", "*"),
      ("x-amz-server-side-encryption", "AES256")], '{"reason":"x"}', None),
    ("s3-key-special", "s3", "us-east-1", "GET", "b.s3.us-east-1.amazonaws.com",
     "/a%20b/c%3Dd%2Be/%E6%9D%B1%E4%BA%AC/~x.json", "", [], "", TOKEN),
    ("s3-double-slash", "s3", "us-east-1", "GET", "b.s3.us-east-1.amazonaws.com",
     "//2026/./x.json", "", [], "", None),
    ("s3-list", "s3", "us-east-1", "GET", "b.s3.us-east-1.amazonaws.com", "/",
     "prefix=audit%2F2026%2F&list-type=2&continuation-token=1%2B%2F%3D", [], "", None),
    ("s3-path-style", "s3", "us-east-1", "GET", "127.0.0.1:9000", "/bucket/key", "", [], "", None),
]


def signed(case):
    name, service, region, method, host, path, query, headers, body, token = case
    url = f"https://{host}{path}" + (f"?{query}" if query else "")
    request = AWSRequest(method=method, url=url, data=body.encode() if body else b"")
    for key, value in headers:
        request.headers[key] = value
    # The value that goes over the wire; botocore would derive it from the URL.
    request.headers["Host"] = host
    signer_type = botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth
    signer = signer_type(Credentials(KEY, SECRET, token), service, region)
    seen = {}

    def keep(original, key):
        def wrapped(*arguments):
            seen[key] = original(*arguments)
            return seen[key]
        return wrapped

    signer.canonical_request = keep(signer.canonical_request, "canonical_request")
    signer.string_to_sign = keep(signer.string_to_sign, "string_to_sign")
    signer.signature = keep(signer.signature, "signature")
    with mock.patch("botocore.auth.get_current_datetime", return_value=TIME.replace(tzinfo=None)):
        signer.add_auth(request)
    return {
        "name": name, "service": service, "region": region, "method": method, "path": path,
        "query": query, "headers": [["Host", host], *map(list, headers)], "body": body,
        "session_token": token or "", "time": "2026-02-28T23:59:58Z",
        **seen, "authorization": request.headers["Authorization"],
    }


print(json.dumps({"access_key_id": KEY, "secret_access_key": SECRET,
                  "cases": [signed(case) for case in CASES]}, indent=1, ensure_ascii=False))
