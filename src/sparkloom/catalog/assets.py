"""Assets: pictures with what is known about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal, NamedTuple, TypedDict
from uuid import uuid4

from pydantic import Field, StrictStr
from sqlalchemy import BindParameter, bindparam, delete, false, select
from sqlalchemy.orm import Session

from sparkloom.catalog.database import Database
from sparkloom.catalog.files import Files
from sparkloom.catalog.page import CommaSeparated, ListQuery, Page, read_page, split
from sparkloom.catalog.tables import AssetRow, AssetTagRow
from sparkloom.errors import InvalidRequestError, NotFoundError
from sparkloom.reference import Picture, check_pixels, decode, decode_base64, is_data_url
from sparkloom.request import Asked, CleanText, Identifier
from sparkloom.response import Answer, now

MIME_TYPES = {
    "AVIF": "image/avif",
    "GIF": "image/gif",
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "TIFF": "image/tiff",
    "WEBP": "image/webp",
}


Name = Annotated[CleanText, Field(min_length=1, max_length=300)]
Text = Annotated[CleanText, Field(max_length=10_000)]

# Made once: SQLAlchemy takes longer to make a statement than SQLite to answer it.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_NAMED = select(AssetRow).where(AssetRow.project_id == bindparam("project"), AssetRow.id.in_(_IDS))
# In one order, so that two who lock the same rows do not wait for each other.
_LOCKED = _NAMED.order_by(AssetRow.id).with_for_update()
_TAGS = (
    select(AssetTagRow.asset_id, AssetTagRow.tag)
    .where(AssetTagRow.asset_id.in_(_IDS))
    .order_by(AssetTagRow.tag)
)


class AssetMetadata(Answer):
    """What an asset is and what it came from.

    Attributes:
        prompt: the prompt that the picture was made with.
        parent_id: the asset that it was made from; `root_parent_id` the first of that line.
    """

    kind: Literal["image"] = "image"
    type: str
    name: str
    prompt: str | None = None
    size: int
    width: int
    height: int
    parent_id: str | None = None
    root_parent_id: str | None = None


class AssetProperties(Answer):
    """Bytes and pixels."""

    size: int
    width: int
    height: int


class Asset(Answer):
    """A picture of a project.

    Attributes:
        description: what it shows; of a training image, the caption.
        owner_id: the project.
        author_id: the key that brought it.
    """

    id: str
    name: str
    description: str | None = None
    kind: Literal["image"] = "image"
    mime_type: str
    source: Literal["uploaded"] = "uploaded"
    status: Literal["success"] = "success"
    privacy: Literal["private"] = "private"
    owner_id: str
    author_id: str
    created_at: str
    updated_at: str
    tags: list[str]
    collection_ids: list[str] = Field(default_factory=list)
    edit_capabilities: list[str] = Field(default_factory=list)
    metadata: AssetMetadata
    properties: AssetProperties


class Content(NamedTuple):
    """The file of an asset."""

    data: bytes
    mime_type: str


class Upload(Asked):
    """A picture to keep, and what is known about it."""

    name: Name = Field(description="The name of its file.")
    image: StrictStr = Field(
        description="The picture in base64, or a data URL: PNG, JPEG, WebP, GIF, AVIF or TIFF, "
        "6 MB and 40 megapixels at most. Its type is read from its bytes."
    )
    description: Text | None = Field(None, description="What it shows; the caption in training.")
    prompt: Text | None = Field(None, description="The prompt that it was made with.")
    parent_id: Identifier | None = Field(None, description="The asset that it was made from.")


class AssetQuery(ListQuery):
    """Which assets to list.

    Attributes:
        tags: comma-separated; an asset has all of them.
        types: comma-separated; `type` and `types` are not given together.
    """

    type: Identifier | None = None
    types: CommaSeparated | None = None
    privacy: Literal["private", "public", "unlisted"] | None = None
    author_id: Identifier | None = None
    parent_asset_id: Identifier | None = None
    root_asset_id: Identifier | None = None
    tags: CommaSeparated | None = None


class AssetChanges(TypedDict, total=False):
    """What of an asset can be changed."""

    name: str
    description: str | None
    prompt: str | None


class TagChange(Answer):
    """Which tags were added and which were taken off."""

    added: list[str] = Field(default_factory=list)
    deleted: list[str] = Field(default_factory=list)


class Assets:
    """The assets of a catalog.

    Every method takes the project first; ids of another project raise `NotFoundError`, as
    unknown ones do.
    """

    def __init__(self, database: Database, files: Files) -> None:
        self._database = database
        self._files = files

    def add(
        self,
        project: str,
        picture: Picture,
        name: str,
        *,
        author: str = "local",
        description: str | None = None,
        prompt: str | None = None,
        parent_id: str | None = None,
    ) -> Asset:
        """Keep a picture.

        Args:
            picture: a whole one, as `check_pixels` finds.
            name: the name of its file, as its owner calls it.

        Raises:
            NotFoundError: there is no asset `parent_id`.
        """
        with self._database.writing_files(project) as session:
            return self.insert(
                session,
                project,
                picture,
                name,
                author=author,
                description=description,
                prompt=prompt,
                parent_id=parent_id,
            )

    def insert(
        self,
        session: Session,
        project: str,
        picture: Picture,
        name: str,
        *,
        author: str,
        description: str | None = None,
        prompt: str | None = None,
        parent_id: str | None = None,
    ) -> Asset:
        """As `add`, in a transaction that writes files and may do more."""
        asset_id, created = f"asset_{uuid4().hex}", now()
        file = f"{asset_id}.{picture.format.lower()}"
        parent = rows_of(session, project, [parent_id])[0] if parent_id else None
        row = AssetRow(
            id=asset_id,
            project_id=project,
            author_id=author,
            created_at=created,
            updated_at=created,
            name=name,
            description=description,
            prompt=prompt,
            type="uploaded",
            file=file,
            mime_type=MIME_TYPES[picture.format],
            size=len(picture.data),
            width=picture.width,
            height=picture.height,
            parent_id=parent_id,
            root_id=parent and (parent.root_id or parent.id),
        )
        session.add(row)
        session.flush()
        # The file first: a process that is killed in between leaves a file that a sweep
        # finds, never a record of what is not there.
        self._files.write(file, picture.data)
        return _asset(row, [])

    def get(self, project: str, asset_id: str) -> Asset:
        """An asset."""
        return self.bulk(project, [asset_id])[0]

    def bulk(self, project: str, asset_ids: Sequence[str]) -> list[Asset]:
        """Assets in the order of their ids."""
        with self._database.reading() as session:
            return records(session, rows_of(session, project, asset_ids, lock=False))

    def known(self, project: str, asset_ids: Sequence[str]) -> list[Asset]:
        """As `bulk`, without those that are not there."""
        with self._database.reading() as session:
            found = _found(session, project, asset_ids)
            return records(
                session, [found[name] for name in dict.fromkeys(asset_ids) if name in found]
            )

    def page(self, project: str, query: AssetQuery) -> Page[Asset]:
        """A page of assets.

        Raises:
            InvalidRequestError: the query contradicts itself.
        """
        if query.type and query.types:
            raise InvalidRequestError("types: cannot be used together with type", field="types")
        rows = select(AssetRow).where(AssetRow.project_id == project)
        if query.privacy not in (None, "private"):
            rows = rows.where(false())
        types = split(query.types) if query.types else [query.type] if query.type else []
        if types:
            rows = rows.where(AssetRow.type.in_(types))
        for column, value in (
            (AssetRow.author_id, query.author_id),
            (AssetRow.parent_id, query.parent_asset_id),
            (AssetRow.root_id, query.root_asset_id),
        ):
            rows = rows.where(column == value) if value else rows
        for tag in split(query.tags or ""):
            tagged = select(AssetTagRow.asset_id).where(AssetTagRow.tag == tag)
            rows = rows.where(AssetRow.id.in_(tagged))
        with self._database.reading() as session:
            found, following = read_page(session, rows, AssetRow, query)
            return Page(records(session, found), following)

    def update(
        self,
        project: str,
        asset_id: str,
        changes: AssetChanges,
    ) -> Asset:
        """Change what is known of an asset; what `changes` does not name stays."""
        with self._database.writing() as session:
            (row,) = rows_of(session, project, [asset_id])
            for field, value in changes.items():
                setattr(row, field, value)
            row.updated_at = now()
            return records(session, [row])[0]

    def tag(
        self,
        project: str,
        asset_id: str,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        strict: bool = False,
    ) -> TagChange:
        """Add tags and take tags off.

        Args:
            strict: whether a tag that is there already, or is not there, is a fault.

        Raises:
            InvalidRequestError: such a fault; nothing was changed.
        """
        wanted, unwanted = list(dict.fromkeys(add)), list(dict.fromkeys(remove))
        with self._database.writing() as session:
            (row,) = rows_of(session, project, [asset_id])
            there = set(_tags(session, [asset_id])[asset_id])
            added = [tag for tag in wanted if tag not in there]
            deleted = [tag for tag in unwanted if tag in there]
            if strict and added != wanted:
                raise InvalidRequestError("add: names a tag that is there already", field="add")
            if strict and deleted != unwanted:
                raise InvalidRequestError("delete: names a tag that is not there", field="delete")
            session.add_all(AssetTagRow(asset_id=asset_id, tag=tag) for tag in added)
            session.execute(
                delete(AssetTagRow).where(
                    AssetTagRow.asset_id == asset_id, AssetTagRow.tag.in_(deleted)
                )
            )
            row.updated_at = now()
            return TagChange(added=added, deleted=deleted)

    def delete(self, project: str, asset_ids: Sequence[str]) -> None:
        """Remove assets, all or none; models lose them as training images and examples."""
        with self._database.writing_files() as session:
            rows = rows_of(session, project, asset_ids)
            files = [row.file for row in rows]
            session.execute(delete(AssetRow).where(AssetRow.id.in_([row.id for row in rows])))
        # The records first, for the same reason as in `add`.
        self._files.remove(files)

    def content(self, project: str, asset_id: str) -> Content:
        """The file of an asset."""
        with self._database.reading() as session:
            (row,) = rows_of(session, project, [asset_id], lock=False)
        return Content(self._files.read(row.file), row.mime_type)


def picture_in(text: str, field: str) -> Picture:
    """The picture in a field, base64 or a data URL, decoded to the end.

    Raises:
        InvalidRequestError: there is none, or it is damaged.
    """
    try:
        picture = decode(text) if is_data_url(text) else decode_base64(text)
        check_pixels(picture)
    except InvalidRequestError as error:
        raise InvalidRequestError(f"{field}: {error.reason}", field=field) from None
    return picture


def rows_of(
    session: Session, project: str, asset_ids: Sequence[str], lock: bool = True
) -> list[AssetRow]:
    """The rows of assets, each once, in the order given.

    Args:
        lock: whether nobody else may change or delete them until the transaction ends.

    Raises:
        NotFoundError: one of them is not there.
    """
    found = _found(session, project, asset_ids, lock)
    for asset_id in asset_ids:
        if asset_id not in found:
            raise NotFoundError(f"There is no asset {asset_id}.", id=asset_id)
    return [found[asset_id] for asset_id in dict.fromkeys(asset_ids)]


def records(session: Session, rows: Sequence[AssetRow]) -> list[Asset]:
    """Rows as assets."""
    tags = _tags(session, [row.id for row in rows])
    return [_asset(row, tags[row.id]) for row in rows]


def _found(
    session: Session, project: str, asset_ids: Sequence[str], lock: bool = False
) -> dict[str, AssetRow]:
    named = {"project": project, "ids": asset_ids}
    return {row.id: row for row in session.scalars(_LOCKED if lock else _NAMED, named)}


def _tags(session: Session, asset_ids: Sequence[str]) -> dict[str, list[str]]:
    tags: dict[str, list[str]] = defaultdict(list)
    for asset_id, tag in session.execute(_TAGS, {"ids": asset_ids}):
        tags[asset_id].append(tag)
    return tags


def _asset(row: AssetRow, tags: list[str]) -> Asset:
    return Asset(
        id=row.id,
        name=row.name,
        description=row.description,
        mime_type=row.mime_type,
        owner_id=row.project_id,
        author_id=row.author_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        tags=tags,
        metadata=AssetMetadata(
            type=row.type,
            name=row.name,
            prompt=row.prompt,
            size=row.size,
            width=row.width,
            height=row.height,
            parent_id=row.parent_id,
            root_parent_id=row.root_id,
        ),
        properties=AssetProperties(size=row.size, width=row.width, height=row.height),
    )
