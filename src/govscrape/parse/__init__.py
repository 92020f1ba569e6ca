"""Bytes to articles and lists of links: the one door to selectolax; pure, so any stored page can be read again."""

from govscrape.parse.article import parse_article
from govscrape.parse.encoding import decode
from govscrape.parse.listing import form_values, parse_listing
from govscrape.parse.plain import article_from_text
from govscrape.parse.urls import canonical_url

__all__ = ["article_from_text", "canonical_url", "decode", "form_values", "parse_article", "parse_listing"]
