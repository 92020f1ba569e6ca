"""The rules, and the code that read them, as a git revision of this clone has them."""

import io
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from govscrape.errors import InputError
from govscrape.rules.load import rules_dir

_SECONDS = 120


@contextmanager
def at_revision(name: str) -> Iterator[Path]:
    """A folder with ``rules/`` and ``src/`` of the revision ``name``, gone at the end.

    Raises InputError when there is no git, no clone, no such revision, or none of these folders in it.
    """
    clone = rules_dir().parent
    top = _git(clone, "rev-parse", "--show-toplevel", problem=f"{name}: no such folder, and {clone} is no git clone")
    if Path(top.decode().strip()).resolve() != clone.resolve():
        raise InputError(f"{name}: no such folder, and {clone} is no git clone")
    problem = f"{name}: no such folder, and no revision of {clone}"
    commit = _git(clone, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", problem=problem)
    revision = commit.decode().strip()
    packed = _git(clone, "archive", "--format=tar", revision, "rules", "src", problem=f"{name}: has no rules/ and src/")
    with tempfile.TemporaryDirectory(prefix="govscrape-") as folder, tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        tar.extractall(folder, filter="data")
        yield Path(folder)


def _git(clone: Path, *arguments: str, problem: str) -> bytes:
    git = shutil.which("git")
    if git is None:
        raise InputError(f"{problem} (git is not installed)")
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and a revision cannot be taken for an option
            [git, "-C", str(clone), *arguments], capture_output=True, check=True, timeout=_SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise InputError(problem) from error
    return done.stdout
