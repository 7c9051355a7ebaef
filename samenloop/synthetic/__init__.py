"""The synthetic municipality: deliveries of invented people with exactly known figures."""
