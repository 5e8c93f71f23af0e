"""Tamper-evident record of what was shown and confirmed."""
