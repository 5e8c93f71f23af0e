"""The electronic policy: a schedule and the clauses, typeset as PDF/A-3b and signed by the insurer.

Pure apart from fonts and templates: values in, bytes out. What a policy row becomes in print is
decided in `policies.printing`; nothing here knows the database.
"""
