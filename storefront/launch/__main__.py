"""Second stage of `make`, in the virtual environment: one function for each target."""

import signal
import sys

from storefront.launch.problem import LaunchProblem


def main(target: str) -> int:
    """Runs a target and gives the exit code of the process."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return _run(target)
    except LaunchProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except KeyboardInterrupt:
        return 0


def _run(target: str) -> int:
    # Each target loads what it needs and no more: the second start counts in seconds.
    match target:
        case "run" | "setup":
            from storefront.launch import serving

            return serving.serve() if target == "run" else serving.set_up()
        case "test" | "check" | "bench":
            from storefront.launch import checking

            return {"test": checking.test, "check": checking.check, "bench": checking.bench}[
                target
            ]()
        case "fill":
            from storefront.launch.fill import fill

            return fill()
        case "verify":
            from storefront.launch import installation

            installation.open_settings()
            return 0
    raise LaunchProblem(f"There is no target {target}")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
