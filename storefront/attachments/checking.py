"""Has a file looked at by the inspector, a process with narrow limits, and reads what it found."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import structlog

import config
from storefront.attachments import rules

PATIENCE_SECONDS = 40
_log = structlog.get_logger()


@dataclass(frozen=True)
class Finding:
    """What a file is, or why it is refused; `derived` holds the files made from it by name."""

    fault: str | None = None
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    derived: dict[str, bytes] = field(default_factory=dict)


def inspect(data: bytes) -> Finding:
    """Opens a file with all its risks, elsewhere. Takes 0.2 s for a PDF, up to 3 s for a large picture."""
    with tempfile.TemporaryDirectory(prefix="storefront-") as name:
        folder = Path(name)
        (folder / "source").write_bytes(data)
        command = [sys.executable, "-m", "storefront.attachments.inspector"]
        try:
            done = subprocess.run(  # noqa: S603 - fixed words and a folder of our own
                [*command, str(folder / "source"), name],
                cwd=config.ROOT,
                env={"PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=PATIENCE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Finding(fault="too-heavy")
        if done.returncode != 0:
            # The decoder met something that it was not made for, or reached its limits.
            _log.info("attachment.inspector-ended", code=done.returncode)
            return Finding(fault="too-heavy" if done.returncode < 0 else "damaged")
        return _read(folder)


def _read(folder: Path) -> Finding:
    found = json.loads((folder / "found.json").read_text())
    if "fault" in found:
        return Finding(fault=found["fault"])
    derived = {
        name: (folder / f"{name}.jpg").read_bytes()
        for name in ("picture", "preview")
        if (folder / f"{name}.jpg").exists()
    }
    return Finding(
        media_type=rules.MEDIA_TYPES[found["kind"]],
        width=found.get("width"),
        height=found.get("height"),
        pages=found.get("pages"),
        derived=derived,
    )
