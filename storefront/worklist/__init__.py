"""What waits for a person: one row per piece of work, whatever feature it comes from."""
