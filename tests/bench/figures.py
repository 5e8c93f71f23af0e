"""What was measured: one figure for each line of the report."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measured value, what it was measured against, and whether it is as good as we want it."""

    name: str
    value: str
    bare: str = ""  # the same for the bare page beside it
    ratio: str = ""
    aim: str = ""
    met: bool | None = None


@dataclass(frozen=True)
class Section:
    """Figures that belong together; `columns` heads value, bare and ratio."""

    title: str
    note: str
    figures: tuple[Figure, ...]
    columns: tuple[str, str, str] = ("measured", "", "")
