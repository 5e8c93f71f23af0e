"""The storefront application package."""
