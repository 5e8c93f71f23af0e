"""Computes every hash of this archive again. Needs Python 3.8 or newer and nothing else.

Run it in the unpacked folder: python3 verify.py. It prints each fault and exits 1, or says that all fits.
Whose archive it is, the signature tells: see README.en.md.
"""

import hashlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
START = "0" * 64


def canonical(value: object) -> bytes:
    """The one way in which a JSON value is written before it is hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(data).hexdigest()


def main() -> int:
    """Checks sums, texts, details, and the chain of digests."""
    faults = []
    for line in (HERE / "SHA256SUMS").read_text().splitlines():
        digest, _, name = line.partition("  ")
        if sha256((HERE / name).read_bytes()) != digest:
            faults.append(f"{name} was altered")
    exported = json.loads((HERE / "records.json").read_text(encoding="utf-8"))
    heads: dict[str, tuple[int, str]] = {}
    for row in exported["records"]:
        place = f"chain {row['chain']}, record {row['position']}"
        # A chain whose older part went after its retention begins where that part ended.
        first = (row["position"] - 1, row["previous"] if row["position"] > 1 else START)
        position, previous = heads.get(row["chain"], first)
        fields = [
            row["chain"], str(row["position"]), row["at"], row["kind"], row["actor"],
            row["content_sha256"] or "", row["details_sha256"], row["previous"],
            row["retain_until"],
        ]  # fmt: skip
        follows = row["position"] == position + 1 and row["previous"] == previous
        if not follows or sha256(canonical(fields)) != row["digest"]:
            faults.append(f"{place} does not follow the one before it")
        if sha256(canonical(row["details"])) != row["details_sha256"]:
            faults.append(f"{place}: its details were altered")
        content = HERE / "contents" / str(row["content_sha256"])
        if row["content_sha256"] and sha256(content.read_bytes()) != row["content_sha256"]:
            faults.append(f"{place}: its text was altered")
        heads[row["chain"]] = (row["position"], row["digest"])
    digests = {(row["chain"], row["position"]): row["digest"] for row in exported["records"]}
    for head in exported["anchored"]:
        if digests.get((head["chain"], head["position"])) != head["digest"]:
            faults.append(f"chain {head['chain']} is not what was anchored on {head['day']}")
    sys.stdout.write("".join(f"{fault}\n" for fault in faults) or "everything fits\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
