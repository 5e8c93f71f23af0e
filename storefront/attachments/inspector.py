"""A process of its own that opens one foreign file: `python -m storefront.attachments.inspector`.

Decoders are where hostile files do harm. This process holds no secrets, may use only so much memory
and processor time, and its end, however it comes, ends nothing else.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

from storefront.attachments import rules

MEMORY_BYTES = 1536 * 1024**2
CPU_SECONDS = 20


def main(source: Path, folder: Path) -> dict[str, Any]:
    """What was found: `kind` with `width`, `height` or `pages`; or the `fault`."""
    from storefront.attachments.pictures import Unfit

    data = source.read_bytes()
    kind = rules.kind_of(data[: rules.HEAD_BYTES])
    if kind is None or kind not in rules.MEDIA_TYPES:
        return {"fault": "kind"}
    if rules.is_polyglot(data, kind):
        return {"fault": "polyglot"}
    if rules.is_cut_off(data, kind):
        return {"fault": "truncated"}
    del data
    try:
        return {"kind": kind, **_facts(source, kind, folder)}
    except Unfit as unfit:
        return {"fault": unfit.slug}
    except MemoryError:
        return {"fault": "too-heavy"}


def _facts(source: Path, kind: str, folder: Path) -> dict[str, int]:
    if kind == "pdf":
        from storefront.attachments import pdfs

        return {"pages": pdfs.judge(source)}
    from storefront.attachments import pictures

    width, height = pictures.reencode(source, kind, folder)
    return {"width": width, "height": height}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    found = main(Path(sys.argv[1]), Path(sys.argv[2]))
    (Path(sys.argv[2]) / "found.json").write_text(json.dumps(found))
