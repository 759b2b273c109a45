"""Any server that speaks OpenAI's chat protocol: vLLM, SGLang, llama-server, Ollama, LM Studio, and
the hosted ones.

Each draft is a call of its own, with the seed of its order, so that result *i* of a request does
not depend on how many are asked for. How much a seed means is up to the server.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import closing
from itertools import islice

from sparkloom.chat import ChatServer, Reply, read_texts
from sparkloom.chat.server import Address
from sparkloom.engines.engine import Brief, Draft, Order, Task
from sparkloom.errors import EngineError
from sparkloom.queue import result_of
from sparkloom.settings import Settings


class OpenAI:
    """An engine behind a server. Connects when something is written.

    Args:
        address: where it is.
        thinking_tokens: how many tokens its model may spend before an answer.
    """

    def __init__(self, address: Address, thinking_tokens: int = 0) -> None:
        self._address = address
        self._thinking_tokens = thinking_tokens
        self._server = ChatServer(address)

    @property
    def loaded(self) -> bool:
        return self._server.connected

    def load(self) -> None:
        self._server.models()

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        brief = task.brief
        if brief is None:
            raise EngineError("A server can only be told what a brief says, and there is none.")
        ahead: deque[Future[Reply]] = deque()
        given = 0
        try:
            while True:
                wanted = max(1, min(self._address.calls, task.expected - given))
                for order in islice(orders, max(0, wanted - len(ahead))):
                    ahead.append(self._ask(brief, task, order))
                if not ahead:
                    return
                yield _draft(result_of(ahead[0]), brief)
                ahead.popleft()
                given += 1
        except CancelledError:
            raise EngineError("The engine was closed.") from None
        finally:
            for call in ahead:
                call.cancel()

    def close(self) -> None:
        self._server.close()

    def _ask(self, brief: Brief, task: Task, order: Order) -> Future[Reply]:
        return self._server.ask(
            brief.messages(order.seed),
            brief.schema,
            brief.max_tokens + self._thinking_tokens,
            seed=order.seed,
            temperature=order.temperature,
            top_p=task.top_p,
        )


def address_of(settings: Settings) -> Address:
    """The server that the settings name."""
    return Address(
        url=settings.engine_url,
        model=settings.engine_model,
        key=settings.engine_key.get_secret_value(),
        timeout=settings.engine_timeout,
        retries=settings.engine_retries,
        calls=settings.engine_calls,
        pause=settings.engine_pause,
        extra=settings.engine_extra,
    )


def first_model(settings: Settings) -> str:
    """The model that writes where the settings name none; empty if the server lists none.

    Raises:
        UnavailableError: the server cannot be reached, or refuses the key.
    """
    with closing(ChatServer(address_of(settings))) as server:
        return next(iter(server.models()), "")


def _draft(reply: Reply, brief: Brief) -> Draft:
    return Draft(
        reply.text,
        tokens=reply.tokens,
        finished=reply.finished,
        answer=read_texts(reply.text, brief.fields),
        warning=reply.warning,
    )
