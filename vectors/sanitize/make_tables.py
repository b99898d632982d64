"""Makes the tables of registered variants. Needs fontTools and, unpacked from Debian's packages (their versions are in
README.md), the Unicode data and the fonts that draw ideographic variants:

    python make_tables.py FOLDER-OF-UNICODE-DATA FONT...

A font's `cmap` (format 14) lists the sequences that it draws, and those are the registered ones. Registration numbers the
variants of an ideograph from VS17 up without gaps (UTS #37), so that a count a base is the whole table.
"""

import sys
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont

HERE = Path(__file__).parent
TABLE = HERE / "../../packages/seal/src/sanitize/ideographic-table.ts"
FIRST, LAST = 0xE0100, 0xE01EF


def fonts_of(path):
    return TTCollection(path, lazy=True).fonts if path.endswith("c") else [TTFont(path, lazy=True)]


def counts_of(paths):
    counts = {}
    for path in paths:
        for font in fonts_of(path):
            for table in font["cmap"].tables:
                if table.format != 14:
                    continue
                for selector, records in table.uvsDict.items():
                    for base, _ in records:
                        if FIRST <= selector <= LAST:
                            counts[base] = max(counts.get(base, 0), selector - FIRST + 1)
    return counts


def base36(number):
    digits = ""
    while number:
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36] + digits
        number //= 36
    return digits


def packed(counts):
    """For each base: how many code points it leaves out after the one before, in base 36; a letter, A for one variant;
    `!` before the letter adds 26."""
    text, before = "", 0x33FF
    for base, count in sorted(counts.items()):
        letter = chr(64 + count) if count <= 26 else "!" + chr(64 + count - 26)
        text += base36(base - before - 1) + letter
        before = base
    return text


def write_table(counts):
    lines = [
        "/** The registered variants of ideographs, packed. Made by `vectors/sanitize/make_tables.py`; do not edit. */",
        "",
        f"/** {len(counts)} ideographs with {sum(counts.values())} registered variants. */",
        f"export const ideographicTable: string =\n  '{packed(counts)}'",
        "",
    ]
    TABLE.write_text("\n".join(lines))


def write_counts(counts):
    lines = ["# An ideograph, and how many of its variants are registered: VS17 and those that follow."]
    lines += [f"{base:04X} {count}" for base, count in sorted(counts.items())]
    (HERE / "ideographic-variants.txt").write_text("\n".join(lines) + "\n")


def write_standardized(folder):
    lines = ["# A character, and a selector that StandardizedVariants.txt has behind it."]
    for line in (Path(folder) / "StandardizedVariants.txt").read_text(encoding="utf-8").splitlines():
        sequence = line.split("#")[0].split(";")[0].strip()
        if sequence:
            lines.append(sequence)
    (HERE / "standardized-variants.txt").write_text("\n".join(lines) + "\n")


data, *fonts = sys.argv[1:]
found = counts_of(fonts)
write_table(found)
write_counts(found)
write_standardized(data)
print(len(found), "ideographs,", sum(found.values()), "variants")
