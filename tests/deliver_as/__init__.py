"""Writers of the same rows in the forms in which municipalities hold them."""
