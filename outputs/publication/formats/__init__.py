"""One release in the forms that spreadsheets, statistical tools, databases and catalogues read."""
