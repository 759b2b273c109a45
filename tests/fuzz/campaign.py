"""Made-up input for the service and for everything that reads what others wrote.

    pip install '.[fuzz]'
    scripts/fuzz                        # all of it, ten minutes each
    scripts/fuzz images --minutes 1

What is found is printed with what brings it about, and the command ends with an error.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
from pathlib import Path

TARGETS = ("api", "images", "detector", "batch")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    told = f"{', '.join(TARGETS)}; all, if left out"
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], metavar="target", help=told)
    parser.add_argument("--minutes", type=float, default=10.0, help="for each of them")
    arguments = parser.parse_args()
    targets = arguments.targets or TARGETS
    if len(targets) == 1:
        return int(importlib.import_module(f"fuzz_{targets[0]}").fuzz(arguments.minutes))
    # A process each: atheris ends its own, and never starts twice.
    command = [sys.executable, __file__, "--minutes", str(arguments.minutes)]
    ended = {name: subprocess.run([*command, name], check=False).returncode for name in targets}
    for name, status in ended.items():
        print(f"{name}: {'nothing found' if status == 0 else 'something was found, see above'}")
    return max(ended.values())


if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
    sys.exit(main())
