"""The end of an account: what is deleted, what the law has us keep, and until when (E-03, E-04)."""
