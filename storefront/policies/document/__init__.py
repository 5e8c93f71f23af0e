"""The electronic policy: a schedule and the clauses, typeset as PDF/A-3b and signed by the insurer.

Values in, bytes out: nothing here knows the database. What of a policy is printed is decided in
`policies.printing`. The libraries that typeset and sign take a second to load, so other modules load
`issue`, `signature` and `verification` where they use them; a web process mostly never does.
"""
