"""The list of employees behind an application for employers' liability: read, checked, kept, given back."""
