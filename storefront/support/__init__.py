"""Tickets, complaints, help articles and service centres."""
