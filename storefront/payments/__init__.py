"""Stripe Checkout, its webhook, refunds and reconciliation."""
