"""The word lists of rules/indices that the reader of index statements needs by name."""

from functools import lru_cache

from govscrape.rules.ruleset import RuleSet


class IndexWords:
    """Word lists and what the index files say of scales and units."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.links = ruleset.list("link_words")
        self.holder_links = frozenset(ruleset.list("holder_links"))
        self.before_names = frozenset(ruleset.list("before_names"))
        self.multipliers = frozenset(ruleset.list("multipliers"))
        self.of_ministries = frozenset(ruleset.list("ministry_indices"))
        self.satisfaction = frozenset(ruleset.list("satisfaction_indices"))
        self.points_only = frozenset(ruleset.list("points_only"))
        self.block_levels = ruleset.table("block_levels")
        self.nation = frozenset(ruleset.list("nation_words"))
        self.plurals = frozenset(ruleset.list("plural_words"))
        self.clause_openers = frozenset(ruleset.list("clause_openers"))
        self.joins = frozenset(ruleset.list("join_words"))
        self.place_joins = frozenset(ruleset.list("place_joins"))
        self.fillers = frozenset(ruleset.list("link_fillers"))
        self.part_openers = frozenset(ruleset.list("part_openers"))
        self.neutral = frozenset(ruleset.list("neutral"))
        self.about = ruleset.list("index_links")[0]
        self.bare_links = frozenset(ruleset.list("bare_link_words"))
        self.index_links = frozenset(ruleset.list("index_links"))
        self.score_links = frozenset(ruleset.list("score_links"))
        self.cell_fillers = frozenset(ruleset.list("cell_fillers"))
        self.rank_words = frozenset(ruleset.list("rank_words"))
        self.continuous = frozenset(ruleset.list("continuous_indices"))
        self.unit_columns = ruleset.table("unit_columns")
        self.sums = frozenset(ruleset.list("sums"))
        self.measures = {tuple(phrase.split()): kind for phrase, kind in ruleset.table("column_measures").items()}
        self.longest_measure = max((len(phrase) for phrase in self.measures), default=0)
        self.units = {code: index.unit for code, index in ruleset.indices.items()}
        self.part_maxima = {
            code: max(parts)
            for code, index in ruleset.indices.items()
            if (parts := [part.maximum for part in index.components if part.maximum])
        }
        self.maxima = {code: index.maximum for code, index in ruleset.indices.items() if index.maximum}


@lru_cache(maxsize=4)
def index_words(ruleset: RuleSet) -> IndexWords:
    """The lists of a set, made once."""
    return IndexWords(ruleset)
