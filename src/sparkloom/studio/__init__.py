"""The door for people: a page at `/`, made with Gradio (extra `studio`)."""

from importlib.util import find_spec

from sparkloom.studio.paths import owns

__all__ = ["installed", "owns"]


def installed() -> bool:
    """Whether what the page is made with is installed. Imports nothing of it."""
    found = find_spec("gradio")
    return found is not None and found.origin is not None  # a folder of its name has none
