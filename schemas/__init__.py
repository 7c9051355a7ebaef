"""Contracts and nothing else: what may enter, what is stored, what may leave, and how a refusal looks."""
