"""What must be the same wherever units are done: otherwise bytes would differ, and nobody would know why."""

from __future__ import annotations

import functools
import platform
from collections.abc import Mapping
from importlib import metadata

from moalloy.code import code_hash

__all__ = ["differences", "what_decides"]

_PACKAGES = ("moalloy", "numpy", "scipy", "scikit-learn", "pymoo", "moocore", "numba")
_XGBOOST = ("xgboost", "xgboost-cpu")


@functools.cache
def what_decides() -> Mapping[str, str]:
    """Return the versions of this process that a result depends on, and the hash of moalloy's own code."""
    found = {package: _version(package) for package in _PACKAGES}
    found["xgboost"] = next((v for v in map(_version, _XGBOOST) if v != "none"), "none")
    # The third number of Python's version changes no result.
    found["python"] = ".".join(platform.python_version_tuple()[:2])
    return {**found, "code of moalloy": code_hash()[:12]}


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """Return in words what differs between two processes; empty if nothing does.

    >>> differences({"numpy": "2.4.6", "xgboost": "3.2.0"}, {"numpy": "2.3.0", "xgboost": "3.2.0"})
    'numpy is 2.3.0 there and 2.4.6 here'
    """
    return ", ".join(
        f"{name} is {there.get(name, 'none')} there and {version} here"
        for name, version in here.items()
        if there.get(name, "none") != version
    )


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "none"
