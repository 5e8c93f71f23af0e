"""Tells Flask-Login who the visitor is, from the session token in the signed cookie."""
