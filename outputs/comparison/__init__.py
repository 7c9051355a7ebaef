"""Our figures beside those of the Netherlands and of other municipalities."""
