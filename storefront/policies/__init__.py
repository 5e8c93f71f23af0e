"""The contract: issue with the insurer, documents, verification."""
