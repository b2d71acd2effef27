"""A Python file as a module, wherever it lies: how a plugin is loaded that was never packaged."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def load_file(file: str | Path, name: str) -> ModuleType:
    """Import a file as a module of this name. What stands beside the file can be imported from then on."""
    path = Path(file).resolve()
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file: its name does not end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))  # the end, so that nothing there hides what is installed
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
