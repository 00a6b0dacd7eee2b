"""What goes wrong with Brownout itself, as told from faults that it injects."""
from __future__ import annotations


class BrownoutError(Exception):
    """Brownout cannot do what was asked: it does not run, or a word is wrong."""


class ScenarioError(BrownoutError):
    """A scenario is wrong; the message has each mistake with its line and column."""
