"""Keys of the API that are kept in the catalog: by name, each with the hash of its secret."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import delete, select

from sparkloom.catalog.database import Database
from sparkloom.catalog.tables import KeyRow
from sparkloom.errors import InvalidRequestError, NotFoundError
from sparkloom.response import now


class KeptKey(NamedTuple):
    """A key without its secret, which nobody can tell any more.

    Attributes:
        digest: of its secret, 64 hexadecimal digits.
        project: what it may see.
    """

    name: str
    digest: str
    project: str


class Keys:
    """The keys of a catalog."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, digest: str, project: str) -> None:
        """Keep a key.

        Raises:
            InvalidRequestError: there is one of that name.
        """
        adding = self._database.insert(KeyRow).values(
            name=name, digest=digest, project_id=project, created_at=now()
        )
        with self._database.writing(project) as session:
            if not session.scalar(adding.on_conflict_do_nothing().returning(KeyRow.name)):
                raise InvalidRequestError(
                    f"There is a key {name} already. Remove it first: sparkloom keys remove {name}",
                    field="name",
                )

    def all(self) -> list[KeptKey]:
        """All keys, by name."""
        rows = select(KeyRow.name, KeyRow.digest, KeyRow.project_id).order_by(KeyRow.name)
        with self._database.reading() as session:
            return [KeptKey(*row) for row in session.execute(rows)]

    def remove(self, name: str) -> None:
        """Take a key away; whoever has its secret is let in no more.

        Raises:
            NotFoundError: there is none of that name.
        """
        with self._database.writing() as session:
            removing = delete(KeyRow).where(KeyRow.name == name).returning(KeyRow.name)
            if not session.scalar(removing):
                raise NotFoundError(f"There is no key {name}. sparkloom keys list shows them.")
