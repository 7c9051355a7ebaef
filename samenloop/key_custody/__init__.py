"""Who holds the key-encryption key, and what happens to the keys that it wraps."""
