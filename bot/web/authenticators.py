"""What a device with a passkey is asked, and whether what it answers holds (WebAuthn).

The library checks the ceremony; here stands what we ask of it: our own address, no frame of
another's, the owner verified by the device, and no maker's certificate, for it would tell who made
the device and we have no use for that. It is large, so it is imported by the first who needs it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from models.passkeys import CHALLENGE_LIFE, Known, Made

T = TypeVar("T")

LARGEST_KEY = 1024
"""Bytes of a public key: an RSA key of 4,096 bits takes 540."""
LARGEST_CREDENTIAL = 1023
_MILLISECONDS = int(CHALLENGE_LIFE.total_seconds() * 1000)


class NotShown(Exception):
    """An answer that does not hold; the reason in one word, for the log."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Answer:
    """What a page has posted of a device's answer. NotShown when it cannot be read."""

    def __init__(self, posted: str) -> None:
        import webauthn
        from webauthn.helpers import parse_client_data_json

        try:
            self.told: dict[str, Any] = json.loads(posted)
            response = self.told["response"]
            client = webauthn.base64url_to_bytes(response["clientDataJSON"])
            self.credential = webauthn.base64url_to_bytes(self.told["rawId"])
            self.handle = webauthn.base64url_to_bytes(response.get("userHandle") or "")
            said = parse_client_data_json(client)
            self.challenge = said.challenge
        except Exception as error:  # whatever rubbish makes of the library
            raise NotShown("unreadable") from error
        if said.cross_origin:
            raise NotShown("frame")


class Authenticators:
    """The one address that devices know us by."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._home = urlsplit(origin).hostname or ""

    def to_make(
        self, place: str, name: str, handle: bytes, challenge: bytes, known: list[bytes]
    ) -> Any:
        """What the page hands to the browser to make one. `name` is what the device shows its
        owner; it may lie open there, so it is not taken from us."""
        import webauthn
        from webauthn.helpers import structs

        options = webauthn.generate_registration_options(
            rp_id=self._home,
            rp_name=place,
            user_name=name or place,
            user_id=handle,
            challenge=challenge,
            timeout=_MILLISECONDS,
            attestation=structs.AttestationConveyancePreference.NONE,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=each) for each in known],
        )
        return json.loads(webauthn.options_to_json(options))

    def to_show(self, challenge: bytes) -> dict[str, Any]:
        """The same for everybody: the device knows whom it can let in here, we do not ask."""
        return {
            "rpId": self._home,
            "challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
            "timeout": _MILLISECONDS,
            "userVerification": "required",
        }

    def made(self, answer: Answer, handle: bytes, name: str) -> Made:
        """NotShown for whatever does not hold. Whether the challenge is ours is asked before."""
        import webauthn

        found = self._checked(webauthn.verify_registration_response, answer)
        if len(found.credential_id) > LARGEST_CREDENTIAL:
            raise NotShown("credential")
        if len(found.credential_public_key) > LARGEST_KEY:
            raise NotShown("key")
        key, uses = found.credential_public_key, found.sign_count
        return Made(found.credential_id, handle, key, uses, name)

    def shown(self, answer: Answer, known: Known) -> int:
        """How often the device says it was used. NotShown for whatever does not hold. Whether the
        challenge is ours is asked before."""
        if answer.handle != known.handle:
            raise NotShown("handle")
        import webauthn

        found = self._checked(
            webauthn.verify_authentication_response,
            answer,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.uses,
        )
        return found.new_sign_count

    def _checked(self, verify: Callable[..., T], answer: Answer, **more: object) -> T:
        """The library's verdict; NotShown for whatever does not hold."""
        try:
            return verify(
                credential=answer.told,
                expected_challenge=answer.challenge,
                expected_rp_id=self._home,
                expected_origin=self._origin,
                require_user_verification=True,
                **more,
            )
        except Exception as error:
            raise NotShown(type(error).__name__) from error
