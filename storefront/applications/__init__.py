"""The application form, step by step, until it is accepted."""
