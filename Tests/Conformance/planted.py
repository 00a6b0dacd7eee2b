"""Clients with one habit each: `python planted.py HABIT`. A drill runs them, and what it says of
each is known beforehand."""
import sys

from habits import (answers, elsewhere, ends, errors, load, outages, promises, retries, ties, tools,
                    waits)
from habits.asking import HABITS

__all__ = ["HABITS", "answers", "elsewhere", "ends", "errors", "load", "outages", "promises",
           "retries", "ties", "tools", "waits"]

if __name__ == "__main__":
    HABITS[sys.argv[1]]()
