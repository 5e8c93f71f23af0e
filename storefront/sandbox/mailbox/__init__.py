"""The mailbox: an SMTP server that accepts everything, and pages to read it."""
