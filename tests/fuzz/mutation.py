"""atheris: bytes that are changed and changed again wherever that reaches new lines of the code."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import atheris

LONGEST = 30
"""Seconds after which one input counts as one that hangs."""

MOST_MEMORY = 2048
"""MB of the whole process. A picture of 40 megapixels takes a few hundred."""


def mutate(
    take: Callable[[bytes], None],
    minutes: float,
    seed: int,
    first: Iterable[bytes],
    words: Iterable[bytes] = (),
    longest: int = 4096,
) -> None:
    """Give made-up bytes to `take` until the time is up, or it raises. Ends the process.

    What was found is left in the working directory as `crash-...`; `scripts/fuzz` says its path.

    Args:
        first: what to begin with.
        words: what to put in here and there.
        longest: bytes.
    """
    folder = Path(tempfile.mkdtemp(prefix="sparkloom-fuzz-"))
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, data in enumerate(first):
        (corpus / str(number)).write_bytes(data)
    dictionary = folder / "words"
    escaped = ("".join(f"\\x{byte:02x}" for byte in word) for word in words)
    dictionary.write_text("".join(f'"{word}"\n' for word in escaped if word))
    options = [
        f"-max_total_time={max(1, round(60 * minutes))}",
        f"-seed={seed}",
        f"-max_len={longest}",
        f"-timeout={LONGEST}",
        f"-rss_limit_mb={MOST_MEMORY}",
        f"-dict={dictionary}",
        f"-artifact_prefix={folder}/",
        "-verbosity=0",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], take)
    atheris.Fuzz()
