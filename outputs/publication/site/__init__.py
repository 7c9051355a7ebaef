"""The static site of a publication: Dutch pages at the root of a release, English ones in ``en/``."""
