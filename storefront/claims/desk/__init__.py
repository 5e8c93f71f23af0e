"""The assessors' desk: the list of claims, and one claim with everything that is done about it."""
