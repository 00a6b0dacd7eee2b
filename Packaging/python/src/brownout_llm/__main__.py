"""The command `brownout`, and `python -m brownout_llm`: the binary in place of this process."""
from __future__ import annotations

import os
import sys

from ._binary import find_binary
from ._errors import BrownoutError


def main() -> None:
    try:
        binary = find_binary()
    except BrownoutError as error:
        sys.exit(f"error: {error}")
    os.execv(binary, ["brownout", *sys.argv[1:]])


if __name__ == "__main__":
    main()
