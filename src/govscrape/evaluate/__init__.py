"""How good the rules are: their own examples, run both ways."""

from govscrape.evaluate.examples import Failure, check_rules

__all__ = ["Failure", "check_rules"]
