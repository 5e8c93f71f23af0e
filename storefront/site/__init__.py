"""Home page, disclosure, help and health checks."""
