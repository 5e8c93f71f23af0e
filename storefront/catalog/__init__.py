"""Product definitions and versions, product pages, comparison."""
