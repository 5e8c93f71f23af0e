"""`python -m tests.bench` measures the storefront on the machine it runs on: `make bench`."""
