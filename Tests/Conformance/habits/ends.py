"""How clients end."""
import os
import signal
import sys

from habits.asking import ask, habit


@habit
def does_nothing():
    pass


@habit
def fails():
    ask()
    sys.exit(3)


@habit
def is_killed():
    ask()
    os.kill(os.getpid(), signal.SIGKILL)
