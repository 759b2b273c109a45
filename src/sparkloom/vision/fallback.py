"""Eyes with others behind them, for when they fail."""

from __future__ import annotations

from sparkloom.errors import EngineError, UnavailableError
from sparkloom.reference import Picture
from sparkloom.vision.description import ImageDescription
from sparkloom.vision.eyes import Eyes


class WithFallback:
    """Looks with the first eyes; what those cannot see, the second do, and say so."""

    def __init__(self, first: Eyes, second: Eyes) -> None:
        self._first = first
        self._second = second

    @property
    def name(self) -> str:
        return self._first.name

    def describe(self, picture: Picture) -> ImageDescription:
        try:
            return self._first.describe(picture)
        except (UnavailableError, EngineError) as error:
            seen = self._second.describe(picture)
            warning = f"Described by the eyes {self._second.name} instead: {error.reason}"
            return seen.model_copy(update={"warnings": (*seen.warnings, warning)})

    def close(self) -> None:
        self._first.close()
        self._second.close()
