"""Stand-in insurers: they issue policies over signed HTTP, once per application reference."""
