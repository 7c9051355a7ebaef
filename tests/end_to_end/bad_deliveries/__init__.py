"""Bad deliveries, table by table: what is broken, and what must come of it."""
