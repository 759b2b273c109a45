"""The engines that there are: opened when they are first needed, told apart by name."""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple

from sparkloom.engines.engine import Engine, Loadable, open_engine
from sparkloom.errors import InvalidRequestError, NotFoundError
from sparkloom.settings import EngineName, Settings


class State(NamedTuple):
    """An engine as it is now.

    Attributes:
        name: of the engine.
        default: whether it writes where a request names none.
        loaded: whether it holds a model or a connection.
        model: which model it is, as far as the settings say it.
    """

    name: EngineName
    default: bool
    loaded: bool
    model: str


class Engines:
    """The engine that the settings name, and those that a request may name.

    Args:
        engine: takes the place of the one that the settings name.
    """

    def __init__(self, settings: Settings, engine: Engine | None = None) -> None:
        self._settings = settings
        self._lock = Lock()
        self._opened: dict[EngineName, Engine] = {settings.engine: engine} if engine else {}

    @property
    def names(self) -> tuple[EngineName, ...]:
        """The default first."""
        return tuple(dict.fromkeys([self._settings.engine, *self._settings.request_engines]))

    def named(self, asked: str | None) -> Engine:
        """The engine that a request wants.

        Raises:
            InvalidRequestError: it may not choose that one.
        """
        if asked is None:
            return self._open(self._settings.engine)
        allowed = self._settings.request_engines
        for name in allowed:
            if name == asked:
                return self._open(name)
        may = f"may be {', '.join(allowed)} here" if allowed else "may not be chosen here"
        raise InvalidRequestError(f"engine: {may}; leave it out", field="engine")

    def load(self, name: str) -> State:
        """Have an engine load its model, or see whether its server is there.

        Raises:
            NotFoundError: there is none of that name.
            UnavailableError: it cannot be reached or loaded.
        """
        known = self._known(name)
        engine = self._open(known)
        if isinstance(engine, Loadable):
            engine.load()
        return self.state(known)

    def unload(self, name: str) -> State:
        """Have an engine give back what it holds; the next task takes it anew.

        Raises:
            NotFoundError: there is none of that name.
        """
        known = self._known(name)
        if engine := self._opened.get(known):
            engine.close()
        return self.state(known)

    def states(self) -> list[State]:
        """All of them, the default first. Loads nothing."""
        return [self.state(name) for name in self.names]

    def state(self, name: EngineName) -> State:
        engine = self._opened.get(name)
        return State(
            name=name,
            default=name == self._settings.engine,
            loaded=isinstance(engine, Loadable) and engine.loaded,
            model=_model(name, self._settings),
        )

    def close(self) -> None:
        """Give back what they hold; the next task takes it anew."""
        for engine in list(self._opened.values()):
            engine.close()

    def _known(self, name: str) -> EngineName:
        for known in self.names:
            if known == name:
                return known
        raise NotFoundError(f"There is no engine {name} here; there are {', '.join(self.names)}.")

    def _open(self, name: EngineName) -> Engine:
        with self._lock:
            if name not in self._opened:
                self._opened[name] = open_engine(self._settings, name)
            return self._opened[name]


def _model(name: EngineName, settings: Settings) -> str:
    if name == "openai":
        return f"{settings.engine_model or 'the first'} at {settings.engine_url}"
    if name == "echo":
        return "none"
    from sparkloom.engines.curated import OWN, chosen

    choice = chosen(settings.cache_dir)
    return settings.model or (choice.name if choice else OWN)
