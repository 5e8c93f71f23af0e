"""What rating says when it cannot price an answer or cannot read a definition."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """One answer that cannot be priced: its key, a stable code and plain JSON parameters."""

    key: str
    code: str
    params: dict[str, object] = field(default_factory=dict)


class RatingRefused(Exception):
    """The answers cannot be priced; ``faults`` names every answer at fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.key}: {fault.code}" for fault in self.faults))


@dataclass(frozen=True, slots=True)
class SpecFault:
    """One fault of a rating definition or table: where it stands, and a sentence for its author."""

    key: str
    message: str


class SpecError(ValueError):
    """A rating definition or its tables cannot be used; ``faults`` lists everything found."""

    def __init__(self, faults: Iterable[SpecFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.key}: {fault.message}" for fault in self.faults))
