"""Readers of source formats; each yields bounded batches of text cells."""
