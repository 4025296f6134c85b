"""A house whose key cannot be read just now."""

from __future__ import annotations

from models.sealed import Keyring, SealBroken


class Closed(Keyring):
    """What is sealed can neither be opened nor made, and no button is signed."""

    def opened(self, session, key_id):
        raise SealBroken("the key cannot be read")

    unwrap = wrap = new_key = derive = opened
