"""What differs between two sets of answers, and how recorded facts are laid out for reading. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from storefront.identity import mask_id_number, mask_mobile

MASKED = {"id_number": mask_id_number, "mobile": mask_mobile}
NOTHING = ""


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a JSON value under its dotted path; identity and mobile numbers masked."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from flat(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, part in enumerate(value, 1):
            yield from flat(part, f"{path}.{number}" if path else str(number))
    elif value not in (None, ""):
        mask = MASKED.get(path.rpartition(".")[2])
        yield path, mask(value) if mask and isinstance(value, str) else str(value)


def differences(before: Any, after: Any) -> list[tuple[str, str, str]]:
    """(path, before, after) of each value that was added, changed or taken away."""
    old, new = dict(flat(before)), dict(flat(after))
    paths = [*new, *(path for path in old if path not in new)]
    return [
        (path, old.get(path, NOTHING), new.get(path, NOTHING))
        for path in paths
        if old.get(path) != new.get(path)
    ]
