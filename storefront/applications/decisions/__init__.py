"""What follows the submission: the decision, an offer on other terms, questions, corrections, an appeal."""
