"""Customers: registration, login, profile, the people they insure."""
