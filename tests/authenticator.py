"""A device with passkeys, in software, as WebAuthn Level 2 says one answers (sections 5.8.1, 6.1,
6.5). What it says can be bent, to try what does not hold."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tests.browsing import HOST, ORIGIN

UP, UV, AT = 0x01, 0x04, 0x40
ES256 = -7


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def data(told: str) -> bytes:
    return base64.urlsafe_b64decode(told + "===")


@dataclass
class Passkey:
    id: bytes
    handle: bytes
    key: ec.EllipticCurvePrivateKey
    uses: int = 0

    @property
    def cose(self) -> bytes:
        at = self.key.public_key().public_numbers()
        x, y = at.x.to_bytes(32, "big"), at.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: ES256, -1: 1, -2: x, -3: y})


@dataclass
class Authenticator:
    """`counts`: it says how often it was used; those that keep passkeys in a cloud say 0."""

    origin: str = ORIGIN
    home: str = HOST
    verifies: bool = True
    counts: bool = True
    passkeys: list[Passkey] = field(default_factory=list)

    def make(self, options: dict[str, Any], **bent: Any) -> dict[str, Any]:
        """Answer navigator.credentials.create()."""
        passkey = Passkey(
            secrets.token_bytes(16),
            data(options["user"]["id"]),
            ec.generate_private_key(ec.SECP256R1()),
        )
        self.passkeys.append(passkey)
        client = self._client("webauthn.create", options["challenge"], bent)
        number = bent.get("id", passkey.id)
        attested = (
            bytes(16) + len(number).to_bytes(2, "big") + number + bent.get("cose", passkey.cose)
        )
        said = self._said(passkey, bent, attested)
        whole = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": said})
        response = {
            "clientDataJSON": text(client),
            "attestationObject": text(bent.get("attestation", whole)),
        }
        return {
            "id": text(number),
            "rawId": text(number),
            "type": "public-key",
            "response": response,
        }

    def show(self, options: dict[str, Any], which: int = -1, **bent: Any) -> dict[str, Any]:
        """Answer navigator.credentials.get()."""
        passkey = self.passkeys[which]
        passkey.uses += self.counts
        client = self._client("webauthn.get", options["challenge"], bent)
        said = self._said(passkey, bent)
        key = bent.get("key", passkey.key)
        signed = key.sign(said + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        number = bent.get("id", passkey.id)
        response = {
            "clientDataJSON": text(client),
            "authenticatorData": text(said),
            "signature": text(bent.get("signature", signed)),
            "userHandle": text(bent.get("handle", passkey.handle)),
        }
        return {
            "id": text(number),
            "rawId": text(number),
            "type": "public-key",
            "response": response,
        }

    def _client(self, kind: str, challenge: str, bent: dict[str, Any]) -> bytes:
        told = {
            "type": bent.get("type", kind),
            "challenge": bent.get("challenge", challenge),
            "origin": bent.get("origin", self.origin),
            "crossOrigin": bent.get("frame", False),
        }
        return json.dumps(told).encode()

    def _said(self, passkey: Passkey, bent: dict[str, Any], attested: bytes = b"") -> bytes:
        home = hashlib.sha256(bent.get("home", self.home).encode()).digest()
        flags = bent.get("flags", UP | (UV if self.verifies else 0)) | (AT if attested else 0)
        uses = bent.get("uses", passkey.uses)
        return home + bytes([flags]) + uses.to_bytes(4, "big") + attested
