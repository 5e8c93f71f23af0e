"""The part of Stripe that the storefront uses: its API, its hosted payment page, its webhooks."""
