"""Writes ICU's data without what Brownout never asks for, as a source for the assembler.

    python3 Packaging/icu.py lib_FoundationICU.a icu.s

Foundation carries ICU's data for all languages: 34 MB of names, calendars, sort orders,
dictionaries and code pages. What stays is English, the root that every language falls back to, and all that
belongs to no language: properties of characters, normal forms, names of hosts, time zones. The
linker takes the first definition of `icudt76_dat`, so the archive's own is left out.

The format: a header whose first two bytes are its length; the number of entries; for each the
places of its name and of its data, from the number on; names that end with a zero byte; the data, each
entry's on a boundary of 16. Entries are in the order of their names.
"""
from __future__ import annotations

import pathlib
import re
import struct
import subprocess
import sys

MEMBER = "icu_packaged_data.cpp.o"
# Folders with a file for each language, beside files that serve all of them.
LANGUAGES = {"", "brkitr", "coll", "curr", "lang", "rbnf", "region", "translit", "unit", "zone"}
LOCALE = re.compile(r"[a-z]{2,3}(_[A-Za-z0-9]+)*\.res")
# English, and the list of languages.
KEPT = re.compile(r"(en(_US|_US_POSIX|_001)?|res_index)\.res")


def is_kept(name: str) -> bool:
    """Whether Brownout may ask for an entry; the name has no package's name before it."""
    folder, _, file = name.rpartition("/")
    if file.endswith((".cnv", ".dict")) or folder == "translit":
        return False
    if folder in LANGUAGES and LOCALE.fullmatch(file):
        return KEPT.fullmatch(file) is not None
    return True


def entries(data: bytes, start: int) -> list[tuple[bytes, bytes]]:
    (count,) = struct.unpack_from("<I", data, start)
    places = [struct.unpack_from("<II", data, start + 4 + 8 * n) for n in range(count)]
    ends = [place for _, place in places[1:]] + [len(data) - start]
    found = []
    for (name, place), end in zip(places, ends):
        text = data[start + name : data.index(b"\0", start + name)]
        found.append((text, data[start + place : start + end]))
    return found


def packed(kept: list[tuple[bytes, bytes]]) -> bytes:
    names = 4 + 8 * len(kept)
    data = names + sum(len(name) + 1 for name, _ in kept)
    data += -data % 16
    table, texts, body = struct.pack("<I", len(kept)), b"", b""
    for name, content in kept:
        table += struct.pack("<II", names + len(texts), data + len(body))
        texts += name + b"\0"
        body += content + bytes(-len(content) % 16)
    return (table + texts).ljust(data, b"\0") + body


def main() -> None:
    archive, output = sys.argv[1], pathlib.Path(sys.argv[2])
    folder = output.parent
    library = str(pathlib.Path(archive).resolve())
    subprocess.run(["ar", "x", library, MEMBER], cwd=folder, check=True)
    whole = output.with_suffix(".whole")
    subprocess.run(
        ["objcopy", "-O", "binary", "-j", ".rodata", str(folder / MEMBER), str(whole)], check=True)
    data = whole.read_bytes()
    (start,) = struct.unpack_from("<H", data)
    if data[2:4] != b"\xda\x27" or data[12:16] != b"CmnD":
        sys.exit(f"error: {MEMBER} of {archive} does not begin as ICU's data does")
    symbols = subprocess.run(
        ["nm", str(folder / MEMBER)], check=True, capture_output=True, text=True).stdout
    symbol = re.search(r" R (icudt\d+_dat)$", symbols, re.MULTILINE)
    if symbol is None:
        sys.exit(f"error: {MEMBER} of {archive} defines no icudt…_dat")
    kept = [(n, d) for n, d in entries(data, start) if is_kept(n.decode().partition("/")[2])]
    # The header's own length is a multiple of 16, so boundaries hold in the whole.
    slim = output.with_suffix(".dat")
    slim.write_bytes(data[:start] + packed(kept))
    output.write_text(
        f'.section .rodata\n.balign 16\n.globl {symbol[1]}\n.type {symbol[1]}, @object\n'
        f'{symbol[1]}:\n.incbin "{slim}"\n.size {symbol[1]}, . - {symbol[1]}\n'
        '.section .note.GNU-stack,"",@progbits\n')
    print(f"ICU's data: {slim.stat().st_size} of {len(data)} bytes kept")


if __name__ == "__main__":
    main()
