"""The only room where a raw identifier exists: reads a delivery, checks it, and hands out keyed pseudonyms."""
