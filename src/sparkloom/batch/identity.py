"""What the bytes of a batch follow from. One that goes on must not differ in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sparkloom import __version__
from sparkloom.batch.answerer import Options
from sparkloom.batch.format import FormatName
from sparkloom.errors import InvalidRequestError
from sparkloom.settings import EngineName, Settings

Identity = Mapping[str, Any]

ALWAYS = (
    "engine",
    "request_engines",
    "allowed_names",
    "blocked_names",
    "project",
    "vision_url",
    "vision_model",
    "vision_thinking_tokens",
    "vision_file",
    "vision_mmproj",
    "vision_fallback",
    "prices",
    "price_per_extra_result",
)
"""The settings that an answer follows from, whoever writes."""

OF_AN_ENGINE: Mapping[EngineName, tuple[str, ...]] = {
    "embedded": ("model", "context_tokens"),
    "openai": (
        "engine_url",
        "engine_model",
        "engine_thinking_tokens",
        "engine_extra",
        "engine_fallback",
    ),
    "echo": (),
}
"""Those that it follows from where that engine may write."""

SHOWN = 80
"""So many characters of a value are shown."""


def identity_of(path: Path, form: FormatName, settings: Settings, options: Options) -> Identity:
    """What the bytes of a batch follow from, as JSON keeps it; no secret is in it.

    What the catalog says of assets and models is not: rows are answered with what it says then.

    Args:
        path: the input.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "blake2b").hexdigest()
    names = [*ALWAYS, *(name for engine in _engines(settings) for name in OF_AN_ENGINE[engine])]
    said = settings.model_dump(mode="json", include=set(names))
    if "embedded" in _engines(settings):
        said["model"] = _local_model(settings)
    identity: Identity = json.loads(
        json.dumps(
            {
                "version": __version__,
                "input": digest,
                "format": form,
                "seed": options.seed,
                "options": dict(options.fields),
                "settings": {name: said[name] for name in names},
            }
        )
    )
    return identity


def check_same(identity: Identity, begun: Identity, folder: Path) -> None:
    """Make sure that a checkpoint is one of this batch.

    Args:
        begun: the identity that it was begun with.
        folder: the checkpoint's.

    Raises:
        InvalidRequestError: it is another's; it says in what, and what to do.
    """
    if differences := list(_differences(identity, begun)):
        raise InvalidRequestError(
            f"{folder} was left by another batch: {'; '.join(differences)}. Put that back, and the "
            "same command goes on where it stopped; or say --force to begin anew."
        )


def named(settings: Settings) -> Settings:
    """The settings with the name of the server's model, where they leave it to the server: a
    server that has another one later must not go on with a batch.

    Raises:
        UnavailableError: the server cannot be reached.
    """
    if settings.engine != "openai" or settings.engine_model or settings.engine_fallback:
        return settings
    from sparkloom.engines.openai import first_model

    return settings.model_copy(update={"engine_model": first_model(settings)})


def _differences(identity: Identity, begun: Identity) -> Iterator[str]:
    for name, value in identity.items():
        before = begun.get(name)
        if name == "settings":
            yield from _of_settings(value, before or {})
        elif before != value:
            told = f"the {name} was {_shown(before)}, and now is {_shown(value)}"
            yield "its input was another" if name == "input" else told


def _of_settings(now: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys([*now, *before]):
        if before.get(name) != now.get(name):
            variable = f"SPARKLOOM_{name.upper()}"
            yield f"{variable} was {_shown(before.get(name))}, and now is {_shown(now.get(name))}"


def _shown(value: Any) -> str:
    if value in (None, "", [], {}):
        return "not set"
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _engines(settings: Settings) -> list[EngineName]:
    """Those that may write."""
    behind: list[EngineName] = ["embedded"] if settings.engine_fallback else []
    return list(dict.fromkeys([settings.engine, *settings.request_engines, *behind]))


def _local_model(settings: Settings) -> str:
    """The model of the embedded engine: its name, and how a file of that name is told apart."""
    from sparkloom.engines.curated import OWN, chosen

    choice = chosen(settings.cache_dir)
    if choice and settings.model in ("", choice.name):
        return f"{choice.name} ({choice.sha256[:12]})"
    path = Path(settings.model)
    size = f" ({path.stat().st_size:,} bytes)" if settings.model and path.is_file() else ""
    return (settings.model or OWN) + size
