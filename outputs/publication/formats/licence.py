"""Under which licence the tables are published: free use with the source named."""

from typing import Final

#: The licence as its makers name it, and as the European list of licences does.
LICENCE_NAME: Final = "CC BY 4.0"
LICENCE_URL: Final = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_AUTHORITY: Final = "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"
