"""Compiles the engine into the wheel with mypyc, when asked to: ``HATCH_BUILD_HOOKS_ENABLE=1 pip install .`` does.

The modules are the same files that run interpreted otherwise: same code, same records, less time. Without the variable
nothing here runs and the wheel is pure Python. An editable install is never compiled: what is edited must be what runs.
"""

import os
import shutil
import tempfile
from contextlib import chdir
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COMPILED = ("text", "extract")
"""The packages whose every module is compiled: where the time of reading an article goes."""


class CompiledEngine(BuildHookInterface[Any]):
    """What hatchling calls before and after it makes a wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles in a copy of the sources, and gives the wheel what came of it."""
        if version == "editable":
            return
        self._copy = Path(tempfile.mkdtemp(prefix="govscrape-compile-"))
        shutil.copytree(Path(self.root, "src"), self._copy, dirs_exist_ok=True)
        with chdir(self._copy):
            made = _compile()
        build_data["force_include"] |= {str(self._copy / extension): extension for extension in made}
        build_data["pure_python"], build_data["infer_tag"] = False, True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Removes the copy."""
        if version != "editable":
            shutil.rmtree(self._copy)


def _compile() -> list[str]:
    """Makes the extension modules beside their sources, here and now, on all cores; their paths."""
    from mypyc.build import mypycify
    from setuptools import Distribution

    Path("mypy.ini").write_text("[mypy]\nignore_missing_imports = True\n", encoding="utf-8")
    sources = [str(file) for package in COMPILED for file in sorted(Path("govscrape", package).glob("[!_]*.py"))]
    extensions = mypycify(
        ["--config-file=mypy.ini", *sources], group_name="govscrape", multi_file=True, debug_level="0"
    )
    command: Any = Distribution({"name": "govscrape", "ext_modules": extensions}).get_command_obj("build_ext")
    command.inplace, command.parallel = True, os.cpu_count()
    command.ensure_finalized()
    command.run()
    return [command.get_ext_filename(extension.name) for extension in extensions]
