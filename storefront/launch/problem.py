"""What ends a launch in a clear line instead of a traceback, and how it talks to the terminal."""

import sys


class LaunchProblem(Exception):
    """A reason not to start, as one or more lines for the person at the terminal."""


def say(line: str) -> None:
    """One line on the terminal."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
