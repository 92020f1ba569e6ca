"""From an article to its records. Pure: rules and text in, records out.

:class:`Extractor` reads the document once and hands it to one module per record kind.
"""

from govscrape.extract.extractor import Extractor

__all__ = ["Extractor"]
