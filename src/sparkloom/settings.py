"""Every setting, in one place, with its environment variable.

The variable is the field's name in capitals behind `SPARKLOOM_`: `SPARKLOOM_CACHE_DIR`.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, StringConstraints, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from sparkloom.errors import ForbiddenError, InvalidRequestError
from sparkloom.request import Mode

EngineName = Literal["embedded", "openai", "echo"]

DATABASES = ("postgresql", "sqlite")
HASHED = "hashed:"
"""What stands before a secret that is given as its hash."""

HASH = re.compile(r"[0-9a-f]{64}")
PROJECT_ID = r"^[A-Za-z0-9_.-]{1,200}$"
ProjectId = Annotated[str, StringConstraints(pattern=PROJECT_ID)]


def usable_cores() -> int:
    """The processor cores that this process may run on, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


class Settings(BaseSettings):
    """What an operator can choose. Read once, when a `Sparkloom` is made."""

    model_config = SettingsConfigDict(
        env_prefix="SPARKLOOM_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    engine: EngineName = "embedded"
    """Who writes: the model in this process, a server that speaks OpenAI's chat protocol, or the
    echo that tests use."""

    request_engines: Annotated[tuple[EngineName, ...], NoDecode] = ()
    """The engines that a request may name in its field `engine`, comma-separated. Empty refuses
    that field."""

    engine_idle: Annotated[float, Field(ge=0)] = 0.0
    """Seconds without work after which the embedded engine gives its memory back; 0 keeps it."""

    engine_url: Annotated[str, Field(validate_default=True)] = ""
    """The server of the engine `openai`, up to and with `/v1`: `http://127.0.0.1:8000/v1`."""

    engine_model: str = ""
    """The model's name there. Empty takes the first one that the server lists."""

    engine_key: SecretStr = SecretStr("")
    """What the server wants for a key."""

    engine_timeout: Annotated[float, Field(gt=0, le=3600)] = 60.0
    """Seconds for one draft, all tries included."""

    engine_retries: Annotated[int, Field(ge=0, le=10)] = 3
    """How often a call that failed is tried again, after growing pauses or when the server says."""

    engine_calls: Annotated[int, Field(ge=1, le=1024)] = 4
    """How many calls to the server are under way at most. `concurrency` has to rise with it."""

    engine_pause: Annotated[float, Field(ge=0, le=3600)] = 30.0
    """Seconds for which a server that failed three times in a row is left alone."""

    engine_thinking_tokens: Annotated[int, Field(ge=0, le=131_072)] = 2048
    """Tokens that a reasoning model may spend before its answer."""

    engine_extra: dict[str, Any] = {}
    """Further fields of every call (JSON), as the server takes them:
    `{"chat_template_kwargs": {"enable_thinking": false}}`."""

    engine_fallback: bool = False
    """Whether the embedded engine writes what the server cannot. The answer's warnings say it."""

    vision_url: str = ""
    """A server with a vision-language model, up to and with `/v1`, that looks at pictures. Empty
    leaves them to Sparkloom's own eyes."""

    vision_model: str = ""
    """The model's name there. Empty takes the first one that the server lists."""

    vision_key: SecretStr = SecretStr("")
    """What that server wants for a key."""

    vision_timeout: Annotated[float, Field(gt=0, le=3600)] = 120.0
    """Seconds for one picture, all tries included."""

    vision_thinking_tokens: Annotated[int, Field(ge=0, le=131_072)] = 0
    """Tokens that a reasoning model may spend before its description."""

    vision_file: str = ""
    """A vision-language model, GGUF, to look in this process instead."""

    vision_mmproj: Annotated[str, Field(validate_default=True)] = ""
    """The file of its vision part, GGUF: `mmproj-...`."""

    vision_fallback: bool = False
    """Whether Sparkloom's own eyes look where the model fails. The warnings say it."""

    model: str = ""
    """A GGUF file for the embedded engine: a path, or `hf://owner/repo/file.gguf`.
    Empty takes the one that `sparkloom model use` chose, else Sparkloom's own."""

    cache_dir: Path = Field(default_factory=lambda: user_cache_path("sparkloom"))
    """Where the local model is kept once it is built."""

    threads: Annotated[int, Field(ge=1, le=512)] = Field(default_factory=usable_cores)
    """Processor threads of the embedded engine and of the eyes. What they say does not depend on
    them."""

    workers: Annotated[int, Field(ge=1, le=64)] = Field(
        default_factory=lambda data: min(4, data["threads"])
    )
    """How many drafts the embedded engine writes side by side. They share the threads; each
    worker takes about 200 MB once it is needed. The text does not depend on them."""

    context_tokens: Annotated[int, Field(ge=512, le=131_072)] = 3072
    """The embedded engine's window, in tokens: examples, spark and answer together."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8321

    concurrency: Annotated[int, Field(ge=1, le=1024)] = 1
    """How many requests are answered at a time; the others wait. The embedded engine's workers
    are busy with one already; for a server as the engine raise it together with `engine_calls`."""

    queue_size: Annotated[int, Field(ge=0, le=100_000)] = 32
    """How many requests may wait. More answer 429 with `Retry-After`."""

    deadline: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] = 120.0
    """Seconds from a request to its answer; then it answers 503. Half of them may go by with
    waiting; then it answers 429. A body must have arrived in that time as well."""

    rate_limit: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """Requests a minute and key, whichever replica they come to; 0 is no limit."""

    otlp_endpoint: str = ""
    """Where an OpenTelemetry collector takes traces over HTTP: `http://collector:4318`."""

    log_prompts: bool = False
    """Whether the service's logs may hold the words of prompts."""

    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """`key:secret` pairs, comma-separated, or `key:hashed:...` as `sparkloom keys hash` makes them.
    Without any, here and in the catalog (`sparkloom keys add`), authentication is off."""

    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """The names that the service goes by, without ports, comma-separated. Empty takes any; without
    keys on loopback, those of loopback only."""

    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Whose web pages may use the API, comma-separated: `https://app.example.com`. Empty leaves it
    to the service's own."""

    allowed_names: Annotated[tuple[str, ...], NoDecode] = ()
    """Names that are not protected here, comma-separated: your own brands and characters."""

    blocked_names: Annotated[tuple[str, ...], NoDecode] = ()
    """Names that are protected here beside those that everybody knows, comma-separated."""

    project: ProjectId = "proj_default"
    """The project of requests without a key, and of keys that `key_projects` does not name."""

    key_projects: dict[str, ProjectId] = {}
    """The project of a key (JSON): `{"ada": "proj_art"}`. A key sees nothing of another's."""

    data_dir: Path = Field(default_factory=lambda: user_data_path("sparkloom"))
    """Where the catalog is kept unless the two settings below say otherwise."""

    database_url: SecretStr = SecretStr("")
    """The catalog's records: `postgresql://user:password@host/name` or `sqlite:///path`.
    Empty takes an SQLite file in `data_dir`."""

    files_url: str = ""
    """The catalog's files: `s3://bucket/folder`, `gs://...`, `az://...` or `file:///path`, with
    credentials from the environment as obstore reads them. Empty takes a folder in `data_dir`."""

    max_body_bytes: Annotated[int, Field(ge=1024)] = 128 * 2**20
    """The largest request body, in bytes: fifteen images of 6 MB in base64 fit."""

    prices: dict[
        Mode | Literal["caption", "describe-style"],
        Annotated[float, Field(ge=0, allow_inf_nan=False)],
    ] = {
        "completion": 0.75,
        "inventive": 0.75,
        "structured": 0.75,
        "contextual": 3.75,
        "contextual-v2": 3.75,
        "image-editing": 0.75,
    }
    """Creative units for the first result, by mode, and for `caption` and `describe-style` (JSON).
    What is left out costs nothing."""

    price_per_extra_result: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.125
    """Creative units for each result beyond the first."""

    @field_validator("api_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [pair.strip() for pair in value.split(",") if pair.strip()]
        for number, pair in enumerate(pairs, 1):
            key, _, secret = pair.partition(":")
            if not key or not secret:
                raise ValueError(f"entry {number} is not of the form key:secret")
            if secret.startswith(HASHED) and not HASH.fullmatch(secret.removeprefix(HASHED)):
                raise ValueError(f"entry {number}: hashed: needs 64 hexadecimal digits behind it")
        return tuple(pairs)

    @field_validator("vision_mmproj")
    @classmethod
    def _both_parts(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("vision_file") and not value:
            raise ValueError("must name the vision part of SPARKLOOM_VISION_FILE")
        return value

    @field_validator("engine_url", "vision_url")
    @classmethod
    def _address_of_a_server(cls, value: str, info: ValidationInfo) -> str:
        if value and not re.match(r"https?://[^/]", value):
            raise ValueError("must begin with http:// or https://")
        if "@" in value.partition("//")[2].partition("/")[0]:
            raise ValueError("must not hold a password, which logs would show: there is a key")
        wanted = {info.data.get("engine"), *info.data.get("request_engines", ())}
        if info.field_name == "engine_url" and not value and "openai" in wanted:
            raise ValueError("must say where the server is that the engine openai asks")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr) -> SecretStr:
        scheme, mark, _ = value.get_secret_value().partition("://")
        if value.get_secret_value() and (not mark or scheme not in DATABASES):
            raise ValueError(f"must begin with one of {', '.join(DATABASES)} and ://")
        return value

    @field_validator(
        "allowed_hosts",
        "allowed_names",
        "allowed_origins",
        "blocked_names",
        "request_engines",
        mode="before",
    )
    @classmethod
    def _split_names(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(name.strip() for name in value.split(",") if name.strip())

    def project_of(self, key: str | None, asked: object, own: str | None = None) -> str:
        """The project that a request is about.

        Args:
            key: the name of the key that it came with, if it needed one.
            asked: the project that it names, if it names one.
            own: the key's project; left out, what `key_projects` says.

        Raises:
            InvalidRequestError: what it names is not the id of a project.
            ForbiddenError: it names another than its key's.
        """
        if own is None:
            own = self.project if key is None else self.key_projects.get(key, self.project)
        if asked is None:
            return own
        if not isinstance(asked, str) or not re.fullmatch(PROJECT_ID, asked):
            raise InvalidRequestError(
                "projectId: must be 1 to 200 letters, digits, _, - and .", field="projectId"
            )
        if key is None:
            return asked
        if asked != own:
            raise ForbiddenError("projectId: is not the project of this key", field="projectId")
        return own

    @cached_property
    def loopback(self) -> bool:
        """Whether the service listens to this machine only."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"
