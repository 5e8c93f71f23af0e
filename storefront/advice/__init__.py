"""What somebody needs, what not and what is not affordable; the suitability record of a sale."""
