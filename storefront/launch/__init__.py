"""Set-up and start of an installation on one machine: what `make` calls."""
