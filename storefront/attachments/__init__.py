"""Uploaded documents and pictures of applications, claims and tickets: taken in, checked, kept, shown."""
