"""Insured persons who agree to a death cover through a link of their own."""
