"""Use cases of claims, by theme. Other features import the modules, not this package."""
