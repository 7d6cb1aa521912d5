"""Derive the seed of an attempt from the secret of a gradebook.

Everybody's first attempt at an exercise has the same seed and so the same hidden cases, everybody's
second attempt others. Seeds follow from the secret alone, so a rerun asks the same again.
"""

from __future__ import annotations

import hmac
import secrets

__all__ = ["LARGEST_SEED", "new_secret", "seed_of"]

LARGEST_SEED = 2**53 - 1
"""The largest whole number that every reader of JSON keeps."""


def new_secret() -> bytes:
    """Draw a secret that nobody can guess."""
    return secrets.token_bytes(32)


def seed_of(secret: bytes, exercise: str, attempt: int) -> int:
    """Return the seed of an attempt (1 for the first) at an exercise."""
    drawn = hmac.digest(secret, f"{exercise}\n{attempt}".encode(), "sha256")
    return int.from_bytes(drawn[:8], "big") & LARGEST_SEED
