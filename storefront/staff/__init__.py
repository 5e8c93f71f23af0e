"""The desk of the agency's own people."""
