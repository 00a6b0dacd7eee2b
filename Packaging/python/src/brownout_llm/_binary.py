"""Where the brownout binary is."""
from __future__ import annotations

import os
import pathlib
import shutil

from ._errors import BrownoutError


def find_binary(named: str | None = None) -> str:
    """The binary to run: that of the variable BROWNOUT, else the one that is named, else the one
    in this wheel, else the one on the PATH."""
    for source, value in (("BROWNOUT", os.environ.get("BROWNOUT")), ("brownout_binary", named)):
        if value:
            found = shutil.which(value)
            if found is None:
                raise BrownoutError(f"{source} is '{value}', which is no program that can be run")
            return os.path.abspath(found)
    own = own_binary()
    if own is not None:
        return own
    found = _on_path()
    if found is None:
        raise BrownoutError(
            "no brownout binary: this package was installed without one. Name it in the variable"
            " BROWNOUT, in the ini option brownout_binary, or put it on the PATH")
    return found


def own_binary() -> str | None:
    """The binary in this wheel; None where the package was installed from its source."""
    own = pathlib.Path(__file__).resolve().parent / "bin" / "brownout"
    return str(own) if os.access(own, os.X_OK) else None


def _on_path() -> str | None:
    """The first brownout on the PATH that is a program and not this package's own script, which
    would only look again."""
    for folder in os.get_exec_path():
        candidate = os.path.join(folder, "brownout")
        if os.access(candidate, os.X_OK) and os.path.isfile(candidate):
            with open(candidate, "rb") as file:
                if b"brownout_llm" not in file.read(2048):
                    return os.path.abspath(candidate)
    return None
