"""A fake LLM provider that fails on purpose, for tests in Python."""
from __future__ import annotations

__version__ = "0.1.0"
