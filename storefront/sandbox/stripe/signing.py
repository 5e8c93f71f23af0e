"""Webhook headers with Stripe's own signature scheme."""

from storefront.sandbox.outbox import signature


def headers(secrets: tuple[str, ...], body: str, now: int) -> dict[str, str]:
    """One v1 signature per secret: Stripe sends two while a secret is being rotated."""
    signatures = ",".join(f"v1={signature(secret, now, body)}" for secret in secrets)
    return {
        "Stripe-Signature": f"t={now},{signatures}",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
