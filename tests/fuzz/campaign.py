"""Made-up input for the service and for everything that reads what others wrote.

    pip install '.[fuzz]'
    scripts/fuzz                        # all of it, ten minutes each
    scripts/fuzz images --minutes 1
    scripts/fuzz --seed 7               # the same input again, as far as the time goes

What is found is printed with what brings it about, and the command ends with an error.
"""

from __future__ import annotations

import argparse
import importlib
import secrets
import subprocess
import sys
from pathlib import Path

TARGETS = ("api", "images", "detector", "batch")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    told = f"{', '.join(TARGETS)}; all, if left out"
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], metavar="target", help=told)
    parser.add_argument("--minutes", type=float, default=10.0, help="for each of them")
    parser.add_argument("--seed", type=int, help="1 to 2^31 - 1; a new one each time, if left out")
    arguments = parser.parse_args()
    targets = arguments.targets or TARGETS
    seed = arguments.seed or secrets.randbelow(2**31 - 1) + 1
    if len(targets) == 1:
        return int(importlib.import_module(f"fuzz_{targets[0]}").fuzz(arguments.minutes, seed))
    # A process each: atheris ends its own, and never starts twice.
    command = [sys.executable, __file__, "--minutes", str(arguments.minutes), "--seed", str(seed)]
    ended = {name: _run([*command, name]) for name in targets}
    # Again, where a long log ends.
    print(*(output for status, output in ended.values() if status), sep="\n")
    for name, (status, _) in ended.items():
        print(f"{name}: {'something' if status else 'nothing'} found with seed {seed}")
    return int(any(status for status, _ in ended.values()))  # one that was killed has less than 0


def _run(command: list[str]) -> tuple[int, str]:
    """Run a command that prints as it goes; its status, and all that it printed."""
    lines = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    return process.returncode, "".join(lines)


if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
    sys.exit(main())
