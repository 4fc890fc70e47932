"""Libraries that only some models need, imported at first use."""

from __future__ import annotations

import importlib
from typing import Any

from ingest.errors import SettingsError


def need(module: str) -> Any:
    """Import a module of the extra `train`.

    Raises
    ------
    SettingsError
        It is not installed; the message names the extra.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        if (error.name or "").partition(".")[0] != module.partition(".")[0]:
            raise
        raise SettingsError(
            f"{module.partition('.')[0]} is not installed; it comes with the extra: "
            "pip install 'ringscope[train]'"
        ) from None
