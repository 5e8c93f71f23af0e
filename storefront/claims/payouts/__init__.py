"""The money of claims: what is due, orders with four eyes, files for the bank and back, recoveries."""
