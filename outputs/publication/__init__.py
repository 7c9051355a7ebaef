"""The publication: tables, a Dutch page, the log and a manifest. It accepts protected tables only."""
