"""What everybody who looks at images can do, and which eyes the settings ask for."""

from __future__ import annotations

from typing import Protocol

from sparkloom.reference import Picture
from sparkloom.settings import Settings
from sparkloom.vision.description import ImageDescription


class Eyes(Protocol):
    """Somebody who looks.

    Attributes:
        name: which eyes and which version of them; descriptions are cached by it.
    """

    @property
    def name(self) -> str: ...

    def describe(self, picture: Picture) -> ImageDescription:
        """What a picture shows.

        Raises:
            InvalidRequestError: the picture is damaged.
            UnavailableError: the eyes cannot be loaded or reached.
        """

    def close(self) -> None:
        """Give back what the eyes hold; the next picture takes it anew."""


def open_eyes(settings: Settings) -> Eyes:
    """The eyes that the settings ask for, remembering what they saw. Loads nothing yet."""
    from sparkloom.vision.cache import Remembering
    from sparkloom.vision.offline import Offline

    folder = settings.cache_dir / "descriptions"
    own = Remembering(Offline(settings), folder)
    if not settings.vision_url and not settings.vision_file:
        return own
    from sparkloom.vision.fallback import WithFallback
    from sparkloom.vision.model import Model

    # Each remembers for itself: what others saw is not kept under the model's name.
    model = Remembering(Model(settings), folder)
    return WithFallback(model, own) if settings.vision_fallback else model
