"""Products as data: definitions, their versions, product pages and comparison."""
