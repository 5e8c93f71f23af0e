"""How much one person is insured for over all applications and policies here, safe against races."""
