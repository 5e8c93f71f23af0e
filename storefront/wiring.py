"""Which features the application has, and how a lower one sets off a higher one."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Registers the blueprints and commands of every feature and connects their hooks."""
    import_models()


def import_models() -> None:
    """Makes all tables known to the metadata."""
