"""Files of verdicts and corrections say the same when they are written and read again, whatever text they hold."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from govscrape.evaluate.verdicts import (
    AuditFile,
    CorrectionFile,
    Drawn,
    Edit,
    Item,
    Part,
    corrections_file,
    corrections_of,
    file_text,
    read_file,
)
from govscrape.models.correction import Correction, Locator, facts
from govscrape.models.records import Evidence, Official
from govscrape.store.correcting import correction_id

NOW = datetime(2025, 1, 2, tzinfo=UTC)
TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
TITLES = st.lists(TEXT, max_size=3)


@st.composite
def items(draw: st.DrawFn, number: int) -> Item:
    said = draw(TEXT)
    record = Official(
        name=draw(TEXT),
        titles=tuple(draw(TITLES)),
        rule="r",
        confidence=0.5,
        evidence=Evidence(start=0, end=len(said), text=said),
    )
    stated = facts("official", record)
    given: dict[str, Any] = {"verdict": draw(st.sampled_from([None, "right", "wrong", "unsure"]))}
    if given["verdict"] == "wrong":
        new: JsonValue = [*draw(TITLES)]
        edited = new != stated["titles"] and draw(st.booleans())
        given["edits"] = (Edit(slot="titles", expected=stated["titles"], new=new),) if edited else ()
        given["withdrawn"] = not edited and draw(st.booleans())
    key = {"name": stated["name"], "titles": stated["titles"]}
    return Item(
        item=str(number),
        stratum="s",
        locator=Locator(url=draw(TEXT), kind="official", key=key, evidence=said, passage="0" * 64),
        rule="r",
        portal=draw(st.none() | TEXT),
        record=stated,
        note=draw(st.none() | TEXT),
        at=NOW if given["verdict"] else None,
        **given,
    )


@st.composite
def files(draw: st.DrawFn) -> AuditFile:
    audit = Drawn(
        id="0" * 16, made_at=NOW, sampled=True, strata_by=("rule",), seed=1, ruleset_version="r", code_version="1"
    )
    some = tuple(draw(items(number)) for number in range(draw(st.integers(1, 4))))
    return AuditFile(audit=audit, strata=(Part(name="s", population=9, sampled=len(some)),), by=draw(TEXT), items=some)


def written(content: AuditFile | CorrectionFile) -> AuditFile | CorrectionFile:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f.json"
        path.write_text(file_text(content), encoding="utf-8")
        return read_file(path)


@settings(max_examples=60)
@given(files())
def test_verdicts_and_their_corrections_come_back(file: AuditFile) -> None:
    assert written(file) == file
    corrections = list(corrections_of(file, file.by))
    kept = written(corrections_file(corrections))
    assert isinstance(kept, CorrectionFile)
    assert sorted(map(correction_id, kept.corrections)) == sorted(map(correction_id, corrections))
    assert file_text(corrections_file(kept.corrections)) == file_text(corrections_file(corrections))
    assert all(isinstance(one, Correction) and one.by == file.by for one in kept.corrections)
