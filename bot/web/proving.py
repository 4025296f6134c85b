"""How we prove to a login provider that it is us who ask: by a secret, or by a key of our own."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from bot.settings import LoginAt

LASTS = 60
"""So many seconds an assertion is good for."""
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

Proof = tuple[dict[str, str], dict[str, str]]


def proof(at: LoginAt, told: Mapping[str, Any], now: datetime) -> Proof:
    """What goes into the form and into the headers. `told` is what the provider takes."""
    secret = at.secret.get_secret_value()
    if at.has_key:
        signed = _assertion(at, json.loads(secret), now)
        return {"client_assertion_type": ASSERTION, "client_assertion": signed}, {}
    ways = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "client_secret_basic" not in ways:
        return {"client_id": at.client_id, "client_secret": secret}, {}
    pair = f"{quote_plus(at.client_id)}:{quote_plus(secret)}"
    return {}, {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _assertion(at: LoginAt, told: dict[str, Any], now: datetime) -> str:
    """Good for one provider, once, and for a minute."""
    key = RSAKey.import_key(told) if told["kty"] == "RSA" else ECKey.import_key(told)
    began = int(now.timestamp())
    claims = {
        "iss": at.client_id, "sub": at.client_id, "aud": at.issuer,
        "iat": began, "exp": began + LASTS, "jti": secrets.token_urlsafe(16),
    }  # fmt: skip
    return jwt.encode({"alg": _algorithm(told), "kid": told["kid"]}, claims, key)


def _algorithm(told: Mapping[str, Any]) -> str:
    """What the key says it is for, or what every provider knows."""
    return str(told.get("alg", "RS256" if told["kty"] == "RSA" else "ES256"))
