"""Stand-ins for the outside systems, run as a process of their own: Stripe, insurers, a mailbox.

Nothing here imports a feature of the storefront, and no feature imports anything from here.
"""
