"""Keys of the API: made, hashed, recognised.

A secret is kept as a hash of a hash. The inner one is what a browser is given when somebody signs
in to the page: it proves that its holder had the secret, and opens nothing else. Secrets that are
made here have 256 random bits, so that no slow hash is needed: there is nothing to guess.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
from typing import NamedTuple, Self

from pydantic import SecretStr

from sparkloom.catalog import Catalog
from sparkloom.errors import CatalogError
from sparkloom.settings import HASHED, Settings

FRESH = 5.0
"""Seconds after which the catalog's keys are read again: so long a removed key may still pass."""


class Key(NamedTuple):
    """A key that is known.

    Attributes:
        name: what logs, assets and jobs call it.
        digest: of its secret: 64 hexadecimal digits.
        project: whose assets, models and jobs it may see.
    """

    name: str
    digest: str
    project: str

    @classmethod
    def of(cls, pair: SecretStr, settings: Settings) -> Self:
        """A key of the settings, whose secret may stand there as a hash."""
        name, _, secret = pair.get_secret_value().partition(":")
        digest = secret.removeprefix(HASHED) if secret.startswith(HASHED) else digest_of(secret)
        return cls(name, digest, settings.key_projects.get(name, settings.project))


def new_secret() -> str:
    """256 random bits; their beginning tells those who find them what they are."""
    return f"sparkloom_{secrets.token_urlsafe(32)}"


def proof_of(secret: str) -> bytes:
    """What shows that somebody has a secret, and cannot be used in its place."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


def digest_of(secret: str | bytes) -> str:
    """What is kept of a secret, or of the proof of one (bytes): 64 hexadecimal digits."""
    proof = proof_of(secret) if isinstance(secret, str) else secret
    return hashlib.sha256(proof).hexdigest()


class KeyRing:
    """The keys of a service: those of its settings, and those that its catalog holds.

    May be shared between threads. Where the settings and the catalog have a key of the same name,
    that of the settings counts.
    """

    def __init__(self, settings: Settings, catalog: Catalog) -> None:
        self._settings = settings
        self._catalog = catalog
        self._own = {
            key.name: key for key in (Key.of(pair, settings) for pair in settings.api_keys)
        }
        self._known = self._own
        self._read_at: float | None = None
        self.required = bool(self._own)
        """Whether a key is needed. Once it is, it stays so until the service ends: taking the last
        key away lets nobody in."""

    async def refresh(self) -> None:
        """Read the catalog's keys if that was some seconds ago."""
        if self._read_at is None or time.monotonic() - self._read_at > FRESH:
            await asyncio.to_thread(self.read)

    def read(self) -> None:
        """Read the catalog's keys.

        Raises:
            CatalogError: it does not answer, and nothing is known that a key could be held against.
        """
        try:
            kept = {row.name: Key(*row) for row in self._catalog.keys.all()}
        except CatalogError:
            if not self.required:
                raise
        else:
            self._known = kept | self._own
            self.required = self.required or bool(self._known)
        self._read_at = time.monotonic()

    def find(self, secret: str | bytes, name: str | None = None) -> Key | None:
        """The key with a secret, or with the proof of one (bytes).

        Every key is compared, so that the time does not tell which one was near.

        Args:
            name: only the key of that name.
        """
        given = digest_of(secret)
        same = [
            key
            for key in self._known.values()
            if hmac.compare_digest(key.digest, given) & (name is None or key.name == name)
        ]
        return same[0] if same else None

    def project_of(self, name: str | None, asked: object) -> str:
        """The project that a request is about; as `Settings.project_of` says.

        Args:
            name: of the key that it came with, if it needed one.
            asked: the project that it names, if it names one.

        Raises:
            InvalidRequestError: what it names is not the id of a project.
            ForbiddenError: it names another than its key's.
        """
        key = self._known.get(name) if name is not None else None
        return self._settings.project_of(name, asked, key and key.project)

    def seal(self, *parts: str) -> str:
        """What shows later that a service on this catalog has said something."""
        text = "\n".join(parts).encode()
        return hmac.new(self._catalog.identity.encode(), text, hashlib.sha256).hexdigest()
