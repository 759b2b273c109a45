"""schemathesis over the whole OpenAPI document: every route, all checks, and routes in a row.

It asks a real server, in a process of its own. Who writes is a server too, that of the tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import chat_double
from servers import server

HERE = Path(__file__).parent
SECRET = "lovelace"
FAULT = '"level": "error"'
"""In a line of the service's log: nobody foresaw what happened."""

PHASES = ("examples,coverage,fuzzing", "stateful")


def fuzz(minutes: float, seed: int) -> int:
    """Half of the time a request by itself, half of it requests that follow each other.

    Returns:
        0 where nothing was found.
    """
    paths = os.pathsep.join([str(HERE), str(HERE.parent), os.environ.get("PYTHONPATH", "")])
    found = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        chat_double.running(chat_double.good) as writer,
        server(
            Path(folder, "log"),
            data_dir=folder,
            engine="openai",
            engine_url=writer.address,
            request_engines="echo",
            api_keys=f"fuzz:{SECRET}",
            key_projects='{"fuzz": "proj_fuzz"}',
        ) as service,
    ):
        for phases in PHASES:
            command = [
                str(Path(sys.executable).with_name("schemathesis")),
                *("--config-file", str(HERE / "schemathesis.toml"), "run", "--phases", phases),
                *("--header", f"Authorization: Bearer {SECRET}"),
                *("--max-time", str(round(30 * minutes)), "--seed", str(seed)),
                *("--output-sanitize", "false"),  # or it could not be sent again
                f"{service.address}/openapi.json",
            ]
            environment = os.environ | {"PYTHONPATH": paths}
            found |= subprocess.run(command, cwd=folder, env=environment, check=False).returncode
        faults = [line for line in service.log_text().splitlines() if FAULT in line]
        print(*faults, sep="\n")
        found |= bool(faults)
    return found
