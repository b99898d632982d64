"""What a page would have replaced: the source of a passage that is not comparable (seal-format.md §9.3)."""

import re

SOURCE = re.compile(
    r"\[\^|\]\[|\]:|\$\$|\\\(|\\\["
    r"|\$(?![ \t])[^$\r\n]*(?<![ \t])(?<!\$)\$"
    r"|<!--|<[/!?]?[A-Za-z][^<>]*>"
    r"|&#?[A-Za-z0-9]+;"
    r"|(?:\A|[\r\n])---"
)


def holds_source(place):
    return SOURCE.search(place) is not None
