"""The agency's business in figures: daily sums, kept ready, and the dashboard that shows them."""
