"""The staff's work with customers, their policies and lists of everything, across all features."""
