"""Messages enciphered and signed with the national algorithms (7.3 of the reference): SM4 over the input, SM2 with SM3
over what was enciphered.

SM4 and SM3 are of `cryptography`. SM2 is of `gmalg`, which lets the user id be set; it is pure Python, about a hundred
signatures and fifty verifications a second.
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.padding import PKCS7

from tongchou.faces.gateway.envelope import Envelope
from tongchou.faces.gateway.reading import whole
from tongchou.ground.errors import fail
from tongchou.record.exchange.models import AccessKey

_HALF = 32
"""Bytes of each of the two numbers of a signature."""


def opened(envelope: Envelope, key: AccessKey) -> Envelope:
    """The envelope with its input in the clear. Raises N208 for what cannot be deciphered, or was sent in the clear by
    an institution that has a key to sign with; N204 for a wrong signature."""
    if envelope.cipher.upper() != "SM4":
        if key.theirs:
            raise fail("N208")
        return envelope
    clear = _deciphered(envelope.input, key)
    if key.theirs and not _signed(clear, envelope.signature, key):
        raise fail("N204")
    try:
        return replace(envelope, input=whole(json.loads(clear, parse_float=Decimal)))
    except (ValueError, RecursionError):
        raise fail("N208") from None


def sealed(answer: dict[str, Any], output: bytes, key: AccessKey) -> dict[str, Any]:
    """The answer with its output enciphered, and signed where there is a key to sign with."""
    padder = PKCS7(SM4.block_size).padder()
    encryptor = _cipher(key).encryptor()
    text = encryptor.update(padder.update(output) + padder.finalize()) + encryptor.finalize()
    said = {**answer, "output": base64.b64encode(text).decode(), "encType": "SM4"}
    if key.ours:
        import gmalg

        made = gmalg.SM2(bytes.fromhex(key.ours), key.account.encode()).sign(output)
        said |= {"cainfo": base64.b64encode(b"".join(made)).decode(), "signtype": "SM2"}
    return said


def _cipher(key: AccessKey) -> Cipher[modes.ECB]:
    return Cipher(SM4(key.account.encode()), modes.ECB())


def _deciphered(text: Any, key: AccessKey) -> bytes:
    try:
        decryptor, unpadder = _cipher(key).decryptor(), PKCS7(SM4.block_size).unpadder()
        padded = decryptor.update(base64.b64decode(text, validate=True)) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()
    except (ValueError, TypeError):
        raise fail("N208") from None


def _signed(clear: bytes, signature: str, key: AccessKey) -> bool:
    """Whether the institution signed it: the two numbers of the signature one after the other."""
    import gmalg

    try:
        raw = base64.b64decode(signature, validate=True)
        found = gmalg.SM2(uid=key.account.encode(), pk=bytes.fromhex(key.theirs))
        return len(raw) == 2 * _HALF and bool(found.verify(clear, raw[:_HALF], raw[_HALF:]))
    except (ValueError, gmalg.errors.GMError):
        return False
