"""What staff read of personal data and what they changed, append-only."""
