"""What tests share: looms without and with a model, and a server on loopback."""

from __future__ import annotations

import base64
import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from PIL import Image
from pydantic import SecretStr

import postgres
from sparkloom.catalog import Catalog
from sparkloom.http.app import make_app
from sparkloom.loom import Sparkloom
from sparkloom.reference import Picture, read_picture
from sparkloom.settings import Settings


@pytest.fixture(scope="session", autouse=True)
def _catalog_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test writes into the user's catalog; where one matters, the test has its own."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SPARKLOOM_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the cache may be chosen from outside, so that the local model is built once."""
    for name in Settings.model_fields:
        if name not in ("cache_dir", "data_dir"):
            monkeypatch.delenv(f"SPARKLOOM_{name.upper()}", raising=False)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A PostgreSQL server; the folder of its socket."""
    with postgres.running() as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings with an empty catalog, once on each database."""
    url = ""
    if request.param == "postgresql":
        url = postgres.new_database(request.getfixturevalue("postgresql"))
    return Settings(engine="echo", data_dir=tmp_path, database_url=SecretStr(url))


@pytest.fixture
def catalog(stored: Settings) -> Iterator[Catalog]:
    """An empty catalog, once on each database."""
    with Catalog(stored) as catalog:
        yield catalog


@pytest.fixture
def echo_loom() -> Iterator[Sparkloom]:
    """A loom that needs no model."""
    with Sparkloom(Settings(engine="echo")) as loom:
        yield loom


@pytest.fixture
def echo_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment chooses the engine that needs no model."""
    monkeypatch.setenv("SPARKLOOM_ENGINE", "echo")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, empty."""
    monkeypatch.setenv("SPARKLOOM_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, empty."""
    monkeypatch.setenv("SPARKLOOM_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def inkst(data: Path) -> str:
    """A model of the project `proj_default` in the data folder."""
    with Catalog(Settings(data_dir=data)) as catalog:
        assets = [
            catalog.assets.add(
                "proj_default",
                picture(),
                "a.png",
                description=f"inkst, {animal} by a gate, thick line, cream paper",
            ).id
            for animal in ("an owl", "a hen")
        ]
        model = catalog.models.create(
            "proj_default", name="ink", base_model_id="sdxl", training_images=assets
        )
        catalog.models.set_examples("proj_default", model.id, assets[:1])
        catalog.models.update("proj_default", model.id, {"prompt_guide": "# Ink\nNo colour."})
        return model.id


@pytest.fixture(scope="session")
def loom() -> Iterator[Sparkloom]:
    """The loom that users get, with the local model; built if it is not in the cache."""
    with Sparkloom(Settings()) as loom:
        yield loom


@contextmanager
def serving(loom: Sparkloom, studio: bool = False) -> Iterator[str]:
    """A live server over a loom, with the page if that is asked for; its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = make_app(loom, studio=studio)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def llama_server(
    model: Path, context_tokens: int = 2048, mmproj: Path | None = None
) -> Iterator[str]:
    """llama.cpp's own server over a model; its address up to and with `/v1`."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    if mmproj:
        params.mmproj.path = str(mmproj)
    params.n_ctx = context_tokens
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.warmup = False
    params.verbosity = -1
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server


def picture(colour: str = "teal", name: str = "PNG", size: tuple[int, int] = (8, 6)) -> Picture:
    """A real picture."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, name)
    return read_picture(file.getvalue())


def data_url(colour: str = "teal") -> str:
    return "data:image/png;base64," + base64.b64encode(picture(colour).data).decode()


Serve = Callable[[Sparkloom], str]


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """Starts servers that stop with the module."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield lambda loom: stack.enter_context(serving(loom))
