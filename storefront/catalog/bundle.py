"""A product version as a whole: definition, clauses and tables, with its hash and its JSON form."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from storefront.catalog.definition import ProductDefinition
from storefront.rating import Basis, Table, build


@dataclass(frozen=True)
class ProductBundle:
    """Everything about one product version; `clauses` holds Markdown by language (zh, en)."""

    definition: ProductDefinition
    clauses: Mapping[str, str]
    tables: Mapping[str, Table]

    def to_json(self) -> dict[str, Any]:
        """Plain data for the version row.

        The definition is JSON text: JSONB would reorder its keys, and the order of the covers in a
        rate basis is the order of the premium lines.
        """
        return {
            "definition": self.definition.model_dump_json(),
            "clauses": dict(self.clauses),
            "tables": dict(self.tables),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            definition=ProductDefinition.model_validate_json(data["definition"]),
            clauses=data["clauses"],
            tables=data["tables"],
        )

    def __hash__(self) -> int:
        return hash(self.content_hash)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over everything in the bundle, whatever the layout of its files."""
        canonical = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @cached_property
    def basis(self) -> Basis:
        """The rate basis, built once; raises SpecError when the definition cannot be rated."""
        return build(self.definition.rating, self.tables)

    def clauses_in(self, language: str) -> str:
        return self.clauses["en" if language.startswith("en") else "zh"]
