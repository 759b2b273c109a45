"""The GGUF file that the embedded engine loads."""

from __future__ import annotations

from pathlib import Path

from sparkloom.engines.curated import chosen, curated
from sparkloom.errors import UnavailableError
from sparkloom.settings import Settings


def is_own(settings: Settings) -> bool:
    """Whether the settings, and what was chosen, leave it at Sparkloom's own model."""
    return not settings.model and chosen(settings.cache_dir) is None


def model_file(settings: Settings) -> Path:
    """The file that the settings name, fetched or built where it is not there yet.

    Raises:
        UnavailableError: there is no such file, or it cannot be fetched.
        LocalModelError: Sparkloom's own model cannot be built.
    """
    name = settings.model
    choice = chosen(settings.cache_dir)
    if choice and name in ("", choice.name):
        name = choice.path
    if name in curated():
        raise UnavailableError(
            f"The model {name} is not here yet. Fetch it: sparkloom model use {name}", model=name
        )
    if not name:
        from sparkloom.local_model import local_model

        return local_model(settings.cache_dir).path
    if name.startswith("hf://"):
        return _from_hub(name)
    try:
        path = Path(name).expanduser()
        if path.is_file():
            return path
    except (OSError, RuntimeError):  # a name that cannot be one
        pass
    raise UnavailableError(f"There is no model file {name}; see SPARKLOOM_MODEL.", model=name)


def _from_hub(name: str) -> Path:
    """Fetch `hf://owner/repo/file.gguf`, or find it in the hub's cache."""
    owner, _, rest = name.removeprefix("hf://").partition("/")
    repository, _, file = rest.partition("/")
    if not (owner and repository and file):
        raise UnavailableError(f"{name} is not of the form hf://owner/repo/file.gguf.", model=name)
    try:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import LocalEntryNotFoundError
    except ImportError:
        raise UnavailableError(
            "Models from a hub need one more package: pip install 'sparkloom[hub]'", model=name
        ) from None
    try:
        return Path(hf_hub_download(f"{owner}/{repository}", file))
    except LocalEntryNotFoundError as error:
        raise UnavailableError(
            f"{name} is not in the hub's cache and the hub cannot be reached. "
            "Fetch it where there is a network, or name a file by its path.",
            model=name,
        ) from error
    except Exception as error:  # the hub, the network, the disk: each has errors of its own
        raise UnavailableError(f"{name} could not be fetched: {error}", model=name) from error
