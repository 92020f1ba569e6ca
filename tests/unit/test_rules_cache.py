"""Compiled rules kept between runs: used only when they are right, and harmless whoever wrote them."""

import os
import pickle
import shutil
import stat
from pathlib import Path

import pytest

from govscrape.rules import cache, load_ruleset
from govscrape.rules.load import ENVIRONMENT, rules_dir
from govscrape.rules.portals import load_portals


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A few rules as the default ones, and a cache folder of their own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "rules"
    for name in ("lexicon", "legal", "portals"):
        shutil.copytree(rules_dir() / name, root / name)
    monkeypatch.setenv(ENVIRONMENT, str(root))
    return root


def kept(rules: Path) -> Path:
    (file,) = (path for path in (rules.parent / "cache" / "govscrape").iterdir())
    return file


def test_rules_are_compiled_once(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes from the cache must be what was compiled, slot for slot."""
    first = load_ruleset()
    monkeypatch.setattr("govscrape.rules.ruleset.compile_pattern", None)
    again = load_ruleset()
    assert again is not first
    assert vars(again) == vars(first)
    assert again.strata == first.strata
    assert stat.S_IMODE(kept(rules).parent.stat().st_mode) == 0o700


def test_a_changed_rule_is_compiled_anew(rules: Path) -> None:
    before = load_ruleset()
    file = next((rules / "legal").glob("*.yaml"))
    file.write_text(file.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert load_ruleset().version != before.version


def test_portals_are_kept_too(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_portals()
    with monkeypatch.context() as patched:
        patched.setattr("govscrape.rules.portals._portal", None)
        assert load_portals() == first
    next((rules / "portals").glob("*.yaml")).unlink()
    assert len(load_portals()) == len(first) - 1


class Harm:
    """What a stranger would put into the file."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.place),)


def test_a_planted_file_runs_nothing(rules: Path, tmp_path: Path) -> None:
    """Pickles can run anything; the reader knows our classes only, not even what our modules import."""
    good = load_ruleset()
    file = kept(rules)
    key = file.read_bytes()[:32]
    file.write_bytes(key + pickle.dumps(Harm(tmp_path / "harmed")))
    assert vars(load_ruleset()) == vars(good)
    assert not (tmp_path / "harmed").exists()
    for name in ("govscrape.rules.cache\nPath", "govscrape.rules.cache\nos.mkdir", "builtins\neval", "os\nmkdir"):
        file.write_bytes(key + b"c" + name.encode() + b"\n(V/tmp/x\ntR.")
        assert cache.load(rules, "any") is None
        assert vars(load_ruleset()) == vars(good)


@pytest.mark.parametrize("damage", [b"", b"\x00" * 40, None])
def test_a_damaged_file_is_no_file(rules: Path, damage: bytes | None) -> None:
    good = load_ruleset()
    data = kept(rules).read_bytes()
    kept(rules).write_bytes(data[: len(data) // 2] if damage is None else damage)
    assert vars(load_ruleset()) == vars(good)


def test_what_others_may_write_is_not_read(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_ruleset()
    kept(rules).chmod(0o666)
    called: list[object] = []
    compiling = cache.save
    monkeypatch.setattr(cache, "save", lambda *given: called.append(compiling(*given)))
    load_ruleset()
    assert called


def test_a_folder_that_cannot_be_written_is_no_error(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (rules.parent / "cache").write_text("a file where the folder should be", encoding="utf-8")
    assert vars(load_ruleset()) == vars(load_ruleset())
    monkeypatch.setenv("HOME", "")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert load_ruleset().entries
