"""Effect measurement: households in an approach beside matched others, before and after; it sees no person."""
