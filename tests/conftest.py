"""How many examples laws are tried on: a few by default, as many as hypothesis likes with the slow tests."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("quick", max_examples=20)
settings.register_profile("thorough")
settings.load_profile("quick")
