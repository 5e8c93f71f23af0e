"""The processes of the Procfile under honcho, each started again when it dies by itself."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Printer
from honcho.process import Process

QUICK_DEATH_SECONDS = 10.0
QUICK_DEATHS = 5  # so many in a row mean that it cannot start at all
LONGEST_PAUSE_SECONDS = 8.0
LAUNCHER_CHECK_SECONDS = 0.5
GOODBYE_SECONDS = 5.0


class Keeper(Process):
    """Runs one line of the Procfile, and again when it ends although nobody asked it to."""

    stopping: Any  # event shared with the launcher: from now on, ending is right

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        """Honcho calls this in a process of its own, one for each line of the Procfile."""
        self._events = events
        self._launcher = os.getppid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Not SIG_IGN, which the children would inherit. The launcher tells when to stop.
            signal.signal(number, _heed_not)
        quick_deaths = 0
        while True:
            began = time.monotonic()
            returncode = self._run_once()
            quick_deaths = quick_deaths + 1 if time.monotonic() - began < QUICK_DEATH_SECONDS else 0
            pause = min(0.25 * 2**quick_deaths, LONGEST_PAUSE_SECONDS) if quick_deaths else 0
            if quick_deaths == QUICK_DEATHS or self.stopping.wait(pause):
                break
            self._send_message(f"ended (code {returncode}), starting it again\n".encode())
        self._send_message({"returncode": returncode}, type="stop")

    def _run_once(self) -> int:
        self._child = self._child_ctor(self.cmd, env=self.env, cwd=self.cwd)
        self._send_message({"pid": self._child.pid}, type="start")
        reader = threading.Thread(target=self._pass_lines_on, args=(self._child.stdout,))
        reader.start()
        if self.stopping.is_set():  # asked to stop while this one was being started
            self._signal_group(signal.SIGTERM)
        returncode = self._wait()
        self._signal_group(signal.SIGKILL)  # helpers of a killed process would hold its port
        reader.join()
        return returncode

    def _wait(self) -> int:
        while True:
            try:
                return int(self._child.wait(LAUNCHER_CHECK_SECONDS))
            except subprocess.TimeoutExpired:
                if os.getppid() != self._launcher:
                    self._end_without_launcher()

    def _end_without_launcher(self) -> None:
        """The launcher was killed: nothing it started may outlive it."""
        self._signal_group(signal.SIGTERM)
        try:
            self._child.wait(GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._signal_group(signal.SIGKILL)
            os._exit(1)

    def _pass_lines_on(self, output: IO[bytes]) -> None:
        with output:
            for line in output:
                self._send_message(line)

    def _signal_group(self, number: signal.Signals) -> None:
        try:
            os.killpg(self._child.pid, number)
        except ProcessLookupError:
            return


class Processes(Manager):
    """All processes together, until somebody stops them or one cannot be kept alive."""

    def __init__(self, started: Callable[[], None]) -> None:
        """`started` runs in a thread of its own once every process has been started."""
        multiprocessing.set_start_method("fork", force=True)
        super().__init__(Printer(sys.stdout))
        self._process_ctor = Keeper
        self._started = started
        self._asked_to_stop = False
        Keeper.stopping = self.stopping = multiprocessing.Event()

    def run(self) -> int:
        """Runs until the end and gives the exit code: 0 where a signal asked for the end."""
        try:
            self.loop()
        finally:
            self.stopping.set()
            self._end_keepers()
        return 0 if self._asked_to_stop else int(self.returncode or 1)

    def terminate(self) -> None:
        """Asks all processes to stop; none is started again after this."""
        self.stopping.set()
        super().terminate()

    def _start(self) -> None:
        # Honcho's own handlers print, which breaks when they interrupt another print.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        super()._start()
        threading.Thread(target=self._started, daemon=True).start()

    def _ask_to_stop(self, *_: object) -> None:
        self._asked_to_stop = True

    def _any_stopped(self) -> bool:
        # The loop of honcho ends everything, by force after a while, as soon as this is true.
        return self._asked_to_stop or bool(super()._any_stopped())

    def _end_keepers(self) -> None:
        """Waits for the keepers; where the loop broke off, their processes may still run."""
        for name, process in self._processes.items():
            if "returncode" not in process and "pid" in process:
                self._procmgr.terminate(process["pid"])
            keeper = process.get("process")
            if keeper is not None:
                keeper.join(GOODBYE_SECONDS)
            if keeper is not None and keeper.is_alive():
                self._procmgr.kill(self._processes[name].get("pid", keeper.pid))
                keeper.kill()


def add_from_procfile(
    processes: Processes, procfile: Path, environ: Mapping[str, str], leave_out: set[str]
) -> None:
    """Adds every line of the Procfile, except the ones left out."""
    for name, command in parse_procfile(procfile.read_text()).processes.items():
        if name not in leave_out:
            processes.add_process(name, command, env=dict(environ), cwd=str(procfile.parent))


def _heed_not(*_: object) -> None:
    """Stays alive; the launcher says when it is time to go."""
