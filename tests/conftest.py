"""How many examples laws are tried on: a few by default, as many as hypothesis likes with the slow tests.

No example has to be fast: how long one takes says how busy the machine is.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("quick", max_examples=12, deadline=None)
settings.register_profile("thorough", deadline=None)
settings.load_profile("quick")
