"""Returns: prijslijst, P-wet exit, business cases and MKBA; pure arithmetic over figures, which sees no person."""
