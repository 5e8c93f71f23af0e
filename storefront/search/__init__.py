"""Finding people, policies and claims by what is stored encrypted: an index of keyed hashes, and its page."""
