"""Orders told by nouns: openings of lists, demands, tasks that are set, time that is granted."""

from typing import cast

from govscrape.extract.addressees import Addressees, Span
from govscrape.extract.document import Passage
from govscrape.extract.fronts import UNITS_REACH, Fronts, Order
from govscrape.models.records import VerbClass

_ABOVE = 2


class Nouns(Fronts):
    """Recognises orders that no directive verb makes."""

    def verb_class(self, place: int, default: VerbClass = "order") -> VerbClass:
        """The class of the directive verb at ``place``."""
        verb = self.at.mention("directive_passive", place) or self.at.mention("directive_verb", place)
        return cast(VerbClass, verb.slots["value"]) if verb else default

    def opening(self, place: int, end: int) -> Order | None:
        """A speaker whose words a list gives: "đồng chí X kết luận:"."""
        nouns = [*self.at.within("directive_opening", place, end), *self.at.within("directive_tally", place, end)]
        for noun in nouns:
            issuer = self.subjects.left_of(noun.start, place) or self.subjects.of_sentence(noun.start, place)
            colon = next((at for at in range(noun.end - 1, end) if self.words[at] == ":"), None)
            if issuer is not None and colon is not None:
                text = self.document.text(noun.start, noun.end)
                order = Order(noun.start, noun.end, place, text, "agreement", issuer, "directives.opening", colon + 1)
                order.units = self.sent_to(noun.start, colon)
                return order
        return None

    def concluded(self, passage: Passage) -> Order | None:
        """Whose conclusions the list tells that begins below: "Thông báo … kết luận của X tại phiên họp"."""
        at = self.document.passages.index(passage)
        for above in reversed(self.document.passages[max(at - _ABOVE, 0) : at]):
            for noun in self.at.within("directive_order_noun", above.start, above.end):
                of = self.at.end("directive_of", noun.end)
                issuer = self.subjects.by_start.get(of) if of is not None else None
                if issuer is not None and issuer.person and self.at.end("directive_opening", noun.start) == noun.end:
                    text = self.document.text(noun.start, noun.end)
                    return Order(noun.start, noun.end, noun.start, text, "agreement", issuer, "directives.opening")
        return None

    def sent_to(self, place: int, end: int) -> list[Span]:
        """The units of "ký văn bản gửi X:"."""
        for send in self.at.within("directive_send", place, end):
            listed = self.units.listed(send.end, end)
            if listed is not None:
                return listed.units
        return []

    def demand(self, place: int, end: int) -> Order | None:
        """The noun of "Yêu cầu của X:", which opens what X demands."""
        for noun in self.at.within("directive_order_noun", place, end):
            of = self.at.end("directive_of", noun.end)
            issuer = self.subjects.by_start.get(of) if of is not None else None
            colon = self._colon_after(issuer.end, end) if issuer is not None else None
            if issuer is not None and colon is not None:
                text, after = self.document.text(noun.start, noun.end), colon + 1
                return Order(place, after, place, text, self.verb_class(noun.start), issuer, "directives.demand", after)
        return None

    def _colon_after(self, place: int, end: int) -> int | None:
        """The colon behind an issuer, where he speaks told between: "của Chủ tịch tại cuộc họp:"."""
        if place < end and self.words[place] != ":" and self.at.end("directive_after_speech", place) is None:
            return None
        near = range(place, min(place + UNITS_REACH, end))
        return next((at for at in near if self.words[at] == ":"), None)

    def charge(self, place: int, end: int) -> Order | None:
        """What is set for units: "Yêu cầu đặt ra cho Trung tâm: …", "Nhiệm vụ đặt ra cho huyện là …"."""
        for noun in self.at.within("directive_charge", place, end):
            listed = self.units.listed(noun.end, end)
            colon = listed is not None and listed.end < end and self.words[listed.end] == ":"
            after = self.at.end("directive_be", listed.end) if listed is not None else None
            task = listed.end + 1 if listed is not None and colon else after
            if listed is None or task is None:
                continue
            text = self.document.text(noun.start, noun.start + 2)
            return self._told_to(noun.start, text, listed, task, end, "directives.charge")
        return None

    def granted(self, place: int, end: int) -> Order | None:
        """Time that units get for a task: "cho ngành y tế đúng một quý để …", "cho thời hạn đến 30/11 để …"."""
        for grant in self.at.within("directive_grant", place, end):
            due = next(iter(self.at.within("deadline", grant.start, grant.end)), None)
            listed = self.units.listed(grant.start + 1, grant.end) or Addressees(self.label(grant.start), grant.end)
            if not listed.units or not self.at.task_at(grant.end, end):
                continue
            text = self.document.text(grant.start, grant.start + 1)
            order = self._told_to(grant.start, text, listed, grant.end, end, "directives.grant")
            order.due = due.start if due is not None else None
            return order
        return None

    def label(self, place: int) -> list[Span]:
        """The units that a list's item begins with: "- UBND huyện Hướng Hóa: còn 61 tỷ đồng. …"."""
        passage = self.document.passage_of[place]
        if passage is None or passage.kind != "list_item":
            return []
        listed = self.units.listed(self.leads(passage.start, passage.end), passage.end)
        return listed.units if listed is not None and self.words[listed.end : listed.end + 1] == [":"] else []

    def entrusted(self, place: int, end: int) -> Addressees | None:
        """Who does what is put first: "Việc rà soát các chung cư do Sở Xây dựng thực hiện, …"."""
        if self.at.end("directive_deed", place) is None:
            return None
        for by in self.at.within("directive_by", place, end):
            listed = self.units.listed(by.end, end)
            if listed is not None and self.at.end("directive_does", listed.end) is not None:
                return listed
        return None

    def _told_to(self, left: int, text: str, listed: Addressees, task: int, end: int, rule: str) -> Order:
        issuer = self.subjects.left_of(left, max(left - UNITS_REACH, 0)) or self.subjects.leader(left)
        left = issuer.start if issuer is not None and issuer.end <= left and issuer.end >= left - 2 else left
        return Order(left, end, left, text, "order", issuer, rule, task, listed.units, listed.coordinating)
