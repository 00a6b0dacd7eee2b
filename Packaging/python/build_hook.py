"""Puts the binary that BROWNOUT_BINARY names into the wheel, and the platform into its tag."""
from __future__ import annotations

import os
import pathlib
import sysconfig
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BinaryHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            # The binary is found as without a wheel: by BROWNOUT, or on the PATH.
            return
        named = os.environ.get("BROWNOUT_BINARY", "")
        if not named:
            raise SystemExit(
                "error: BROWNOUT_BINARY must name the brownout binary that goes into the wheel")
        binary = pathlib.Path(named).resolve()
        if not os.access(binary, os.X_OK) or not binary.is_file():
            raise SystemExit(f"error: BROWNOUT_BINARY is '{named}', which cannot be run")
        build_data["force_include"][str(binary)] = "brownout_llm/bin/brownout"
        licence = pathlib.Path(self.root).parents[1] / "LICENSE"
        if licence.is_file():
            build_data["force_include"][str(licence)] = "brownout_llm/LICENSE"
        # Any Python 3 will do, and one platform alone.
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
