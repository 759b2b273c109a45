"""Uploads: pictures that are too large for one request, brought in parts."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import uuid4

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from sparkloom.catalog.assets import Assets
from sparkloom.catalog.database import Database
from sparkloom.catalog.files import Files
from sparkloom.catalog.tables import UploadRow
from sparkloom.errors import InvalidRequestError, NotFoundError, TooLargeError
from sparkloom.reference import Picture, check_pixels, read_picture
from sparkloom.response import Answer, moment, now

MAX_BYTES = 50_000_000
"""The largest picture that parts may make; its pixels are bounded as everybody's."""

MAX_PARTS = 50
LIFE = timedelta(days=1)
"""How long the parts of an upload are waited for."""


class Upload(Answer):
    """A picture on its way.

    Attributes:
        status: `pending` until its parts are put together; then `imported`, or `failed` with an
            error message.
        entity_id: the asset that it has become.
        expires: until when parts are taken.
        token: what a part is let in by.
    """

    id: str
    author_id: str
    owner_id: str
    created_at: str
    updated_at: str
    file_name: str
    content_type: str
    file_size: int
    parts_count: int
    kind: Literal["image"] = "image"
    source: Literal["multipart"] = "multipart"
    status: Literal["pending", "imported", "failed"]
    entity_id: str | None = None
    error_message: str | None = None
    expires: str = Field(exclude=True)
    token: str = Field(exclude=True)


class Uploads:
    """The uploads of a catalog.

    Methods that take a project raise `NotFoundError` for ids of another, as for unknown ones.
    """

    def __init__(self, database: Database, files: Files, assets: Assets) -> None:
        self._database = database
        self._files = files
        self._assets = assets

    def create(
        self,
        project: str,
        file_name: str,
        *,
        content_type: str,
        file_size: int,
        parts: int,
        author: str = "local",
        parent_id: str | None = None,
    ) -> Upload:
        """Announce a picture.

        Args:
            content_type: as its owner says; what it is will be read from its bytes.
            file_size: bytes, `MAX_BYTES` at most.
            parts: 1 to `MAX_PARTS`.
            parent_id: the asset that it was made from.

        Raises:
            NotFoundError: there is no asset `parent_id`.
        """
        if parent_id:
            self._assets.get(project, parent_id)
        created = now()
        row = UploadRow(
            id=f"upload_{uuid4().hex}",
            project_id=project,
            author_id=author,
            created_at=created,
            updated_at=created,
            file_name=file_name,
            content_type=content_type,
            file_size=file_size,
            parts=parts,
            parent_id=parent_id,
            status="pending",
            token=secrets.token_urlsafe(24),
        )
        with self._database.writing(project) as session:
            session.add(row)
            session.flush()
            return _upload(row)

    def get(self, project: str, upload_id: str) -> Upload:
        """An upload."""
        with self._database.reading() as session:
            return _upload(_row(session, upload_id, project))

    def add_part(self, upload_id: str, number: int, token: str, data: bytes) -> None:
        """Keep a part; one that comes again takes the place of the first.

        Args:
            number: from 1.
            token: of the upload: who has it needs no key.

        Raises:
            NotFoundError: there is no such upload, or the token is another's.
            InvalidRequestError: it is over, or has no such part.
            TooLargeError: the part is larger than the whole.
        """
        with self._database.writing_files() as session:
            row = _row(session, upload_id)
            if not secrets.compare_digest(row.token.encode(), token.encode()):
                raise _unknown(upload_id)
            _check_pending(row)
            if not 1 <= number <= row.parts:
                raise InvalidRequestError(f"number: must be 1 to {row.parts}", field="number")
            if len(data) > row.file_size:
                raise TooLargeError(f"body: is larger than fileSize, {row.file_size} bytes")
            self._files.write(f"{row.id}.{number}", data)

    def complete(self, project: str, upload_id: str) -> Upload:
        """Make an asset of the parts; if they make no picture, the upload has failed.

        Raises:
            InvalidRequestError: it is over already.
        """
        with self._database.writing_files() as session:
            row = _row(session, upload_id, project)
            _check_pending(row)
            names = [f"{row.id}.{number}" for number in range(1, row.parts + 1)]
            try:
                picture = self._joined(row, names)
            except (InvalidRequestError, NotFoundError) as error:
                row.status, row.error = "failed", error.reason
            else:
                asset = self._assets.insert(
                    session,
                    project,
                    picture,
                    row.file_name,
                    author=row.author_id,
                    parent_id=row.parent_id,
                )
                row.status, row.asset_id = "imported", asset.id
            row.updated_at = now()
            done = _upload(row)
        self._files.remove(names)  # the records first, as in a deletion
        return done

    def _joined(self, row: UploadRow, names: list[str]) -> Picture:
        """The picture that the parts make.

        Raises:
            NotFoundError: a part has not come.
            InvalidRequestError: it is not as long as was said, or no picture.
        """
        parts = []
        for number, name in enumerate(names, 1):
            try:
                parts.append(self._files.read(name))
            except NotFoundError:
                raise NotFoundError(f"Part {number} of {row.parts} was not sent.") from None
        data = b"".join(parts)
        if len(data) != row.file_size:
            raise InvalidRequestError(
                f"The parts have {len(data)} bytes together, and fileSize says {row.file_size}."
            )
        try:
            picture = read_picture(data, MAX_BYTES)
            check_pixels(picture)
        except InvalidRequestError as error:
            raise InvalidRequestError(f"The file {error.reason}.") from None
        return picture


def pending(session: Session) -> set[str]:
    """The ids of uploads whose parts are waited for; those that took too long have failed."""
    late = moment(datetime.now(UTC) - LIFE)
    waiting = session.scalars(select(UploadRow).where(UploadRow.status == "pending")).all()
    for row in waiting:
        if row.created_at <= late:
            row.status, row.error, row.updated_at = "failed", "It took too long.", now()
    return {row.id for row in waiting if row.status == "pending"}


def _row(session: Session, upload_id: str, project: str | None = None) -> UploadRow:
    rows = select(UploadRow).where(UploadRow.id == upload_id).with_for_update()
    row = session.scalars(rows).one_or_none()
    if row is None or project not in (None, row.project_id):
        raise _unknown(upload_id)
    return row


def _unknown(upload_id: str) -> NotFoundError:
    return NotFoundError(f"There is no upload {upload_id}.", id=upload_id)


def _check_pending(row: UploadRow) -> None:
    if row.status != "pending":
        raise InvalidRequestError(f"The upload {row.id} is over: {row.status}.", id=row.id)


def _upload(row: UploadRow) -> Upload:
    return Upload(
        id=row.id,
        author_id=row.author_id,
        owner_id=row.project_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        file_name=row.file_name,
        content_type=row.content_type,
        file_size=row.file_size,
        parts_count=row.parts,
        status=row.status,
        entity_id=row.asset_id,
        error_message=row.error,
        expires=moment(datetime.fromisoformat(row.created_at) + LIFE),
        token=row.token,
    )
