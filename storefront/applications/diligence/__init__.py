"""Customer due diligence where premiums are large (S-11): what a person does, and where the money is from."""
