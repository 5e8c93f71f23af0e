"""A sale seen again as the customer saw it (E-02), on the staff's pages and as a signed archive."""
