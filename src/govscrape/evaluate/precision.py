"""How often records are right, estimated from verdicts on a sample of them. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from math import sqrt
from typing import NamedTuple, TypeVar

from govscrape.store.audits import RulePrecision, Sampled

Group = TypeVar("Group", bound=Hashable)

Z = 1.959964
"""Of the normal distribution, for an interval of 95 %."""

DIGITS = 4


class Estimate(NamedTuple):
    """A share of right records with Wilson's interval of 95 %, the counts behind it, and what these are worth.

    ``effective``: with verdicts that stand for unequal numbers of records, how many equally weighted ones would tell as
    much (Kish 1965).
    """

    right: int
    wrong: int
    unsure: int
    precision: float
    low: float
    high: float
    effective: float


def wilson(share: float, number: float) -> tuple[float, float]:
    """Wilson's interval of 95 % (Wilson 1927) around a share seen in ``number`` trials; (0, 1) without any."""
    if number <= 0:
        return 0.0, 1.0
    whole = 1 + Z * Z / number
    centre = (share + Z * Z / (2 * number)) / whole
    half = Z * sqrt(share * (1 - share) / number + Z * Z / (4 * number * number)) / whole
    return max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share))


def estimate(verdicts: Iterable[Sampled], group: Callable[[Sampled], Group]) -> dict[Group, Estimate]:
    """The share of right records in each group; groups in which nobody was sure of anything are left out.

    A stratum's verdicts stand for its whole population in equal parts. Unsure ones stand for nothing: their records are
    taken to be like the judged ones.
    """
    known = list(verdicts)
    judged = Counter((v.audit_id, v.stratum) for v in known if v.verdict != "unsure")
    members: defaultdict[Group, list[Sampled]] = defaultdict(list)
    for verdict in known:
        members[group(verdict)].append(verdict)
    found = {name: _estimate(some, judged) for name, some in members.items()}
    return {name: result for name, result in found.items() if result is not None}


def _estimate(verdicts: Sequence[Sampled], judged: Mapping[tuple[str, str], int]) -> Estimate | None:
    told = Counter(v.verdict for v in verdicts)
    sure = [v for v in verdicts if v.verdict != "unsure"]
    if not sure:
        return None
    weights = [v.population / judged[v.audit_id, v.stratum] for v in sure]
    total = sum(weights)
    share = min(1.0, sum(w for w, v in zip(weights, sure, strict=True) if v.verdict == "right") / total)
    effective = total * total / sum(w * w for w in weights)
    low, high = wilson(share, effective)
    figures = (round(share, DIGITS), round(low, DIGITS), round(high, DIGITS), round(effective, DIGITS))
    return Estimate(told["right"], told["wrong"], told["unsure"], *figures)


def by_rule(verdicts: Iterable[Sampled]) -> list[RulePrecision]:
    """The precision of each rule, from the audits of the newest rules under which it was audited."""
    newest: dict[tuple[str, str], tuple[str, str]] = {}
    known = list(verdicts)
    for verdict in known:
        name = (verdict.kind, verdict.rule)
        newest[name] = max(newest.get(name, ("", "")), (verdict.made_at, verdict.ruleset_version))
    current = [v for v in known if v.ruleset_version == newest[v.kind, v.rule][1]]
    latest: dict[tuple[str, str], str] = {}
    for verdict in current:
        latest[verdict.kind, verdict.rule] = max(latest.get((verdict.kind, verdict.rule), ""), verdict.at)
    return [
        RulePrecision(kind, rule, *result, newest[kind, rule][1], latest[kind, rule])
        for (kind, rule), result in sorted(estimate(current, lambda v: (v.kind, v.rule)).items())
    ]
