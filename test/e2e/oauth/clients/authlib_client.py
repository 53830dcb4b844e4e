"""Authlib asks for tokens in every way that the test names, and says what it got as one JSON object a line."""

import json
import os
import sys

from authlib.integrations.requests_client import OAuth2Session

ISSUER = os.environ["ISSUER"]
TOKEN_URL = f"{ISSUER}/v1/auth/token"
SERVICE = os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]


def say(step, **what):
    print(json.dumps({"step": step, **what}), flush=True)


def service_token(step, method, secret=SERVICE[1], scope="projects:read"):
    session = OAuth2Session(SERVICE[0], secret, scope=scope, token_endpoint_auth_method=method)
    try:
        token = session.fetch_token(TOKEN_URL, grant_type="client_credentials")
    except Exception as error:  # Authlib raises a class of its own for each kind of answer.
        return say(step, error=getattr(error, "error", str(error)))
    answer = session.get(f"{ISSUER}/v1/projects")
    say(step, type=token["token_type"], scope=token["scope"], status=answer.status_code)


service_token("basic", "client_secret_basic")
service_token("post", "client_secret_post")
service_token("wrong secret", "client_secret_basic", secret="slc_cs_wrong")
service_token("wrong scope", "client_secret_basic", scope="no:such")

person = OAuth2Session(
    os.environ["PUBLIC_CLIENT_ID"],
    scope="projects:read offline_access",
    redirect_uri=os.environ["REDIRECT_URI"],
    code_challenge_method="S256",
    token_endpoint_auth_method="none",
)
verifier = "authlib-" + "v" * 40
url, state = person.create_authorization_url(f"{ISSUER}/v1/auth/authorize", code_verifier=verifier)
say("open", url=url)
landed = sys.stdin.readline().strip()
token = person.fetch_token(TOKEN_URL, authorization_response=landed, state=state, code_verifier=verifier)
me = person.get(f"{ISSUER}/v1/me").json()
say("code", kind=me["principal"]["kind"], scopes=me["credential"]["scopes"])
first = token["refresh_token"]
token = person.refresh_token(TOKEN_URL, refresh_token=first)
say("refresh", rotated=token["refresh_token"] != first, status=person.get(f"{ISSUER}/v1/me").status_code)
