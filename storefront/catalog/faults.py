"""What is wrong with answers, as data: the key to blame, a stable code and its parameters."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from storefront.catalog.definition import Text


@dataclass(frozen=True, slots=True)
class Fault:
    """One answer at fault; `message` where the product itself says why."""

    key: str
    code: str
    params: dict[str, object] = field(default_factory=dict)
    message: Text | None = None


class AnswersInvalid(Exception):
    """Answers that cannot be priced; `faults` holds all of them at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(", ".join(f"{fault.key}: {fault.code}" for fault in self.faults))
