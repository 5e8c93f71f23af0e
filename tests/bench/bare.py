"""What pages are measured against: bare Flask and Jinja, one indexed query, as many bytes.

The page has a title, which the query finds, and as many lines of text as make up its size.
"""

from functools import lru_cache

from flask import Flask, Response, jsonify, render_template, request
from jinja2 import Template
from sqlalchemy import Connection, create_engine, text

import config

LINE = "As much text as the page beside it has, word for word the same every time"
FRAME = """<!doctype html>
<html lang="zh-CN"><title>{{ title }}</title>
{% for line in lines %}<p>{{ line }}</p>{% endfor %}
"""
PAGE = Template(FRAME, autoescape=True)
QUERY = text("select published_at from product_version where code = :code")


def create_app() -> Flask:
    """The application, on the storefront's own database."""
    app = Flask(__name__)
    url = config.load().database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url)

    @app.get("/page/<int:size>")
    def page(size: int) -> str:
        with engine.connect() as connection:
            return render_template(PAGE, title=_found(connection), lines=_lines(size))

    @app.post("/json")
    def price() -> Response:
        with engine.connect() as connection:
            return jsonify(premium=str(_found(connection)), code=request.form["code"])

    return app


def _found(connection: Connection) -> object:
    return connection.execute(QUERY, {"code": "term-life"}).scalar_one()


@lru_cache
def _lines(size: int) -> list[str]:
    return [LINE] * ((size - len(FRAME)) // (len(LINE) + len("<p></p>")))


app = create_app()
