"""The rule language: schema, loader, compiler, and the set of all rules. Reference: rules/README.md."""

from govscrape.rules.ruleset import RuleSet, load_ruleset

__all__ = ["RuleSet", "load_ruleset"]
