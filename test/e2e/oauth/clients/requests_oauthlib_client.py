"""The same by requests-oauthlib."""

import base64
import hashlib
import json
import os
import sys

from oauthlib.oauth2 import BackendApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

ISSUER = os.environ["ISSUER"]
TOKEN_URL = f"{ISSUER}/v1/auth/token"
SERVICE = os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]


def say(step, **what):
    print(json.dumps({"step": step, **what}), flush=True)


def service_token(step, scope="projects:read", **how):
    session = OAuth2Session(client=BackendApplicationClient(SERVICE[0], scope=scope))
    try:
        token = session.fetch_token(TOKEN_URL, **how)
    except Exception as error:
        return say(step, error=getattr(error, "error", str(error)))
    answer = session.get(f"{ISSUER}/v1/projects")
    say(step, type=token["token_type"], scope=" ".join(token["scope"]), status=answer.status_code)


service_token("basic", auth=HTTPBasicAuth(*SERVICE))
service_token("post", client_id=SERVICE[0], client_secret=SERVICE[1], include_client_id=True)
service_token("wrong secret", auth=HTTPBasicAuth(SERVICE[0], "slc_cs_wrong"))
service_token("wrong scope", scope="no:such", auth=HTTPBasicAuth(*SERVICE))

verifier = "requests-oauthlib-" + "v" * 40
digest = hashlib.sha256(verifier.encode()).digest()
challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
person = OAuth2Session(
    os.environ["PUBLIC_CLIENT_ID"],
    scope=["projects:read", "offline_access"],
    redirect_uri=os.environ["REDIRECT_URI"],
)
url, _ = person.authorization_url(
    f"{ISSUER}/v1/auth/authorize", code_challenge=challenge, code_challenge_method="S256"
)
say("open", url=url)
landed = sys.stdin.readline().strip()
token = person.fetch_token(
    TOKEN_URL, authorization_response=landed, code_verifier=verifier, include_client_id=True
)
me = person.get(f"{ISSUER}/v1/me").json()
say("code", kind=me["principal"]["kind"], scopes=me["credential"]["scopes"])
first = token["refresh_token"]
token = person.refresh_token(TOKEN_URL, refresh_token=first, client_id=os.environ["PUBLIC_CLIENT_ID"])
say("refresh", rotated=token["refresh_token"] != first, status=person.get(f"{ISSUER}/v1/me").status_code)
