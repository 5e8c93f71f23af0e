"""A priced set of answers that can be resumed and shared."""
