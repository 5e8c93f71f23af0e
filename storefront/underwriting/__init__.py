"""Answers in, decision out."""
