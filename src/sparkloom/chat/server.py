"""A server that speaks OpenAI's chat protocol: vLLM, SGLang, llama-server, Ollama, LM Studio, and
the hosted ones.

Calls run in an event loop of their own, so that one that nobody waits for any more can be broken
off at any moment: the connection is closed, which tells the server to stop. The client of the
`openai` package tries again where a server is busy, with growing pauses, or as long as the server
itself asks for.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from sparkloom.chat.breaker import Breaker
from sparkloom.errors import EngineError, InvalidRequestError, SparkloomError, UnavailableError

if TYPE_CHECKING:
    import httpx2
    import openai
    from openai.types.chat import ChatCompletion

Result = TypeVar("Result")

Message = Mapping[str, Any]

SIGNS = {
    "response_format": ("response_format", "json_schema", "json_object", "grammar"),
    "seed": ("seed",),
    "top_p": ("top_p",),
    "temperature": ("temperature",),
    "max_tokens": ("max_tokens",),
    "system": ("system role", "system message"),
}
"""What of a call a server may refuse, by the words with which it says so. What it has refused
once it is not sent again."""

FORMATS = ("json_schema", "json_object", "")
"""How an answer is asked to be JSON: the best first, then what more servers know."""

TOLD = {"seed", "temperature", "top_p"}
"""What of it the user is told."""

UNFINISHED = ("length", "content_filter")

TOO_LONG = ("context length", "context_length", "exceed_context_size", "context size", "too long")


class Reply(NamedTuple):
    """What a model answered.

    Attributes:
        text: as it came, reasoning included where the server does not keep it apart.
        tokens: how many tokens it took.
        finished: whether the model came to an end by itself.
        warning: what of the call the server refused, a sentence; mostly empty.
    """

    text: str
    tokens: int
    finished: bool
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is, and how much is asked of it.

    Attributes:
        url: up to and with `/v1`.
        model: the model's name there; empty takes the first one that the server lists.
        key: what it wants for a key; may be empty.
        timeout: seconds for one answer, all tries included.
        retries: how often a failed call is tried again.
        calls: how many calls are under way at most.
        pause: seconds for which a server that fails time after time is left alone.
        extra: further fields of every call.
        setting: the beginning of the names of the settings that say all this.
    """

    url: str
    model: str = ""
    key: str = field(default="", repr=False)
    timeout: float = 60.0
    retries: int = 3
    calls: int = 4
    pause: float = 30.0
    extra: Mapping[str, Any] | None = None
    setting: str = "SPARKLOOM_ENGINE"


class ChatServer:
    """One server. May be shared between threads; connects with the first call."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._calls: _Calls | None = None

    @property
    def connected(self) -> bool:
        """Whether anything was asked since it was last closed."""
        return self._loop is not None

    def ask(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        max_tokens: int,
        **sampling: float,
    ) -> Future[Reply]:
        """Ask for an answer. Cancel the future to break it off.

        Args:
            messages: as OpenAI's chat takes them.
            schema: the JSON schema of the answer; a server that has no use for it ignores it.
            max_tokens: the most tokens of the answer.
            **sampling: `seed`, `temperature` and `top_p`.

        Raises (from the future):
            InvalidRequestError: the text is longer than the model's window.
            UnavailableError: the server cannot be reached, is busy, or refuses the key.
            EngineError: the server refuses the call.
        """
        question = _Question(tuple(messages), schema, max_tokens, sampling)
        return self._run(lambda calls: calls.ask(question))

    def models(self) -> list[str]:
        """The names of the models that the server lists.

        Raises:
            UnavailableError: the server cannot be reached, or refuses the key.
        """
        listed: list[str] = self._run(lambda calls: calls.models()).result()
        return listed

    def close(self) -> None:
        """Break off what is under way and hang up; the next call connects anew."""
        with self._lock:
            loop, self._loop = self._loop, None
            thread, calls = self._thread, self._calls
        if loop is None or thread is None or calls is None:
            return
        asyncio.run_coroutine_threadsafe(calls.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def _run(self, work: Any) -> Future[Any]:
        with self._lock:
            if self._loop is None:
                self._calls = _Calls(self.address)
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="sparkloom-chat", daemon=True
                )
                self._thread.start()
            made: Coroutine[Any, Any, Any] = work(self._calls)
            return asyncio.run_coroutine_threadsafe(made, self._loop)


@dataclass(frozen=True, slots=True)
class _Question:
    messages: tuple[Message, ...]
    schema: Mapping[str, Any]
    max_tokens: int
    sampling: Mapping[str, float]


class _Calls:
    """The calls to one server, within the event loop."""

    def __init__(self, address: Address) -> None:
        import openai

        self._address = address
        self._breaker = Breaker(address.pause)
        self._places = asyncio.Semaphore(address.calls)
        self._refused: set[str] = set()
        self._format = 0
        self._model = address.model
        self._client = openai.AsyncOpenAI(
            base_url=address.url,
            api_key=address.key or "none",
            timeout=openai.Timeout(address.timeout, connect=min(5.0, address.timeout)),
            max_retries=address.retries,
            http_client=openai.DefaultAsyncHttpxClient(
                event_hooks={"response": [self._no_long_waits]},
                trust_env=not _is_here(address.url),  # no proxy leads to this machine
            ),
        )

    async def ask(self, question: _Question) -> Reply:
        async with self._places:
            return await self._guarded(self._answer(question))

    async def models(self) -> list[str]:
        return await self._guarded(self._list())

    async def close(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._client.close()

    async def _guarded(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of some calls, or what went wrong in our words."""
        import openai

        try:
            with self._breaker.call():
                try:
                    async with asyncio.timeout(self._address.timeout):
                        return await work
                except TimeoutError:
                    raise self._unavailable(
                        f"did not answer within {self._address.timeout:g} s"
                    ) from None
                except openai.APIError as error:
                    raise self._error(error) from error
                except (ValueError, TypeError, AttributeError, LookupError) as error:
                    # What the server sent is no JSON, or not in the form that it must have.
                    raise self._unavailable(
                        "answers with something that is no chat completion; does the address end "
                        "in /v1?"
                    ) from error
        finally:
            work.close()  # where it was not begun

    async def _answer(self, question: _Question) -> Reply:
        """The answer, asked for again without what the server refuses."""
        import openai

        if not self._model:
            self._model = next(iter(await self._list()), "")
        while True:
            sent = self._body(question)
            try:
                answer = await self._client.chat.completions.create(**sent)
            except openai.APIStatusError as error:
                if error.status_code >= 500 and error.status_code != 501:
                    raise
                if not self._goes_without(error, sent):
                    raise
                continue
            return self._reply(answer)

    def _body(self, question: _Question) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self._model, "messages": list(question.messages)}
        if "system" in self._refused:
            body["messages"] = _without_system(question.messages)
        name = "max_completion_tokens" if "max_tokens" in self._refused else "max_tokens"
        body[name] = question.max_tokens
        body |= {k: v for k, v in question.sampling.items() if k not in self._refused}
        if FORMATS[self._format] == "json_schema":
            schema = {"name": "answer", "schema": dict(question.schema), "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif FORMATS[self._format]:
            body["response_format"] = {"type": FORMATS[self._format]}
        return body | {"extra_body": dict(self._address.extra or {})}

    def _goes_without(self, error: openai.APIStatusError, sent: Mapping[str, Any]) -> bool:
        """Whether something optional was refused that can be left out from now on."""
        said = f"{error.message} {error.body}".lower()
        if error.status_code not in (400, 422, 501) or _is_too_long(said):
            return False
        for name, signs in SIGNS.items():
            if not any(sign in said for sign in signs):
                continue
            if name == "response_format":
                if name in sent:
                    tried = sent[name]["type"]
                    self._format = max(self._format, FORMATS.index(tried) + 1)
                    return True
            elif name in sent or (name == "system" and sent["messages"][0]["role"] == "system"):
                self._refused.add(name)
                return True
        return False

    def _reply(self, answer: ChatCompletion | str) -> Reply:
        if isinstance(answer, str):
            raise ValueError("no JSON")
        choice = answer.choices[0]
        text = choice.message.content
        refused = sorted(self._refused & TOLD)
        warning = f"The server takes no {' and no '.join(refused)}." if refused else ""
        if "seed" in refused:
            warning = warning.removesuffix(".") + ": the same seed may give other prompts."
        return Reply(
            text=text if isinstance(text, str) else "",
            tokens=answer.usage.completion_tokens if answer.usage else 0,
            finished=choice.finish_reason not in UNFINISHED,
            warning=warning,
        )

    async def _list(self) -> list[str]:
        page: Any = await self._client.models.list()
        return [str(model.id) for model in page.data or ()]

    def _error(self, error: openai.APIError) -> SparkloomError:
        """What went wrong, in our words."""
        import openai

        if isinstance(error, openai.APITimeoutError):
            return self._unavailable(f"did not answer within {self._address.timeout:g} s")
        if not isinstance(error, openai.APIStatusError):
            cause = error.__cause__ or error
            return self._unavailable(f"cannot be reached ({_short(cause)})")
        said, status = _short(error.message), error.status_code
        if self._address.key:  # some servers repeat it
            said = said.replace(self._address.key, "...")
        if status in (401, 403):
            return self._unavailable(f"refuses the key; see {self._address.setting}_KEY")
        if status == 404:
            return self._unavailable(
                f"has no such address or no model {self._model!r} ({said}); see "
                f"{self._address.setting}_URL and {self._address.setting}_MODEL"
            )
        if status == 429 or status >= 500:
            wait = _seconds(error.response.headers.get("retry-after"))
            return self._unavailable(f"answers {status} ({said})", retry_after=wait)
        if _is_too_long(f"{said} {error.body}".lower()):
            return InvalidRequestError(
                f"prompt: is too long for the engine: {said}", field="prompt"
            )
        return EngineError(f"The server {self._address.url} refuses the call: {said}")

    def _unavailable(self, what: str, **details: Any) -> UnavailableError:
        known = {name: value for name, value in details.items() if value is not None}
        return UnavailableError(
            f"The server {self._address.url} {what}.", server=self._address.url, **known
        )

    async def _no_long_waits(self, response: httpx2.Response) -> None:
        """Have the client give up at once where it is told to wait longer than anybody waits."""
        wait = _seconds(response.headers.get("retry-after"))
        if wait is not None and wait >= self._address.timeout:
            response.headers["x-should-retry"] = "false"


def _is_here(url: str) -> bool:
    """Whether a server is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _without_system(messages: Sequence[Message]) -> list[Message]:
    """The chat with the instruction in the user's first words."""
    system, user, *rest = messages
    return [{"role": "user", "content": f"{system['content']}\n\n{user['content']}"}, *rest]


def _is_too_long(said: str) -> bool:
    return any(sign in said for sign in TOO_LONG)


def _seconds(header: str | None) -> float | None:
    """What `Retry-After` asks for, where it is a number."""
    try:
        return float(header) if header else None
    except ValueError:
        return None


def _short(what: object) -> str:
    """A message on one line, without a whole page of HTML in it."""
    line = " ".join(str(what).split())
    return line if len(line) <= 200 else f"{line[:200]}..."
