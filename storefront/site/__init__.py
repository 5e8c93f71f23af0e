"""Home, disclosure and help pages, health checks: what belongs to the site and to no feature."""
