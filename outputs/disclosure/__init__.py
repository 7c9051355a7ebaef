"""Disclosure control: which true figures may be seen, and what is done to the others."""
