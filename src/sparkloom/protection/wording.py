"""Putting a description where a name stood, so that the sentence stays one.

Nothing but the name is touched, unless grammar asks for it: an article that has to agree, the
"by" before an artist. A LoRA tag with a name in it is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sparkloom.markup import TAG
from sparkloom.protection.descriptions import Description
from sparkloom.protection.finding import Finding
from sparkloom.protection.grammar import (
    ARTICLE,
    COUNTS,
    LAST_WORD,
    agreeing,
    determined,
    is_action,
    is_noun,
    is_plural,
    plural,
    singular,
)
from sparkloom.words import article

ARTISTS = (
    Description("expressive painting", "with visible brushwork and a quiet palette"),
    Description("fine-lined illustration", "with soft washes and warm greys"),
    Description("richly layered mixed media", "with worn edges and deep blues"),
    Description("loose gestural drawing", "with dry strokes and one strong accent"),
    Description("smooth painterly rendering", "with low light and muted greens"),
)
"""What stands for artists that the table does not have, one after the other in a text."""

FALLBACK = {
    "artist": ARTISTS[0],
    "brand": Description("plain product", "without a label", "unbranded"),
    "celebrity": Description("well-known figure", "in plain clothes"),
    "character": Description("invented character", "in everyday clothes"),
    "hero": Description("costumed hero", "in a plain mask"),
    "villain": Description("costumed villain", "in a long coat"),
    "creature": Description("small fantasy creature"),
    "franchise": Description("imaginary adventure world", "", "adventure"),
    "game": Description("tabletop game"),
    "screen": Description("feature film", "", "feature-film"),
    "studio": Description("polished animation", "", "polished animated"),
    "blocked": Description("unnamed subject", "", "unnamed"),
}
"""What stands for a name that the table does not have."""

PLAIN = {
    kind: Description(noun)
    for kind, noun in {
        "artist": "painting", "brand": "product", "celebrity": "person", "character": "figure",
        "hero": "figure", "villain": "figure", "creature": "creature", "franchise": "story",
        "game": "game", "screen": "story", "studio": "animation", "blocked": "subject",
    }.items()
}  # fmt: skip
"""What stands for a name where everything longer made a name with the words beside it."""

PEOPLE = frozenset(("celebrity", "character", "hero", "villain", "creature"))
"""The kinds whose names are mostly the subject of what follows them."""

STYLES = frozenset(("artist", "studio"))
"""The kinds whose names stand for a way of making pictures."""

AROUND = 100
"""How many characters before and behind a name grammar looks at."""

AFTER_STYLE = re.compile(r"[ -](?:style[ds]?|stylized|inspired|esque|like|ish|aesthetic)\b", re.I)
BY = re.compile(r"(?<!inspired )(?<!influenced )\bby(?: artist)?\s+$", re.IGNORECASE)
NEXT_WORD = re.compile(r"[ -]([\w'\u2019-]+)")
POSSESSIVE = re.compile(r"['\u2019]s?\b|['\u2019](?= )")
AND = re.compile(r" (?:and|&|x) \S")
VERBS = frozenset("as is was would could might can will does did had has who".split())
"""Words before which the name of an artist is somebody, not a way of making pictures."""

DRESS = frozenset("in of with wearing dressed and or vs & versus".split())
"""Words after which a description's own dress would be one too many."""

THINGS = frozenset(
    """action album armor armour art book bust card cartoon castle character comic concert cosplay
    cosplayer costume cover doll drawing ears face fan fanart figure figurine film game graffiti
    hat head helmet hoodie illustration impersonator logo lookalike mask meme merchandise mosaic
    mug mural museum outfit painting plush portrait poster print puppet robot sculpture shirt
    silhouette song statue sticker style suit sweater tattoo theme toy universe version villain
    wallpaper world""".split()
)
"""Nouns that a person's name is put before."""

TIED = re.compile(r"-[^\W\d_]")
"""What makes one word with a name: "-shaped"."""

ONE_EACH = re.compile(r"\ban? ")
"""What each of several would have one of."""

MEDIA = frozenset(
    """acrylic animation drawing gouache illustration ink oil painting pastel photography
    portraiture print rendering silkscreen sketching staging watercolour""".split()
)
"""Nouns that a way of making pictures does without where another noun follows."""

PIECES = frozenset("drawing illustration painting print sculpture".split())
"""Ways of making pictures that are pictures too."""

AT_WORK = re.compile(
    r" (?:painting|drawing|engraving|etching) (?:at|by|in|on|under|a|an|the|his|her)\b"
)
"""What an artist does, where it is no noun."""

SENTENCE_END = re.compile(r"(?:^|[.!?\n])[\s\"'(\[]*$")


@dataclass(frozen=True, slots=True)
class Replacement:
    """What is written instead of a part of a text.

    Attributes:
        start, end: the part: `text[start:end]`.
        text: what stands there now.
        finding: the name that it was written for.
    """

    start: int
    end: int
    text: str
    finding: Finding


def replacement(
    text: str,
    finding: Finding,
    description: Description,
    again: bool = False,
    several: bool = False,
    beside: bool = False,
) -> Replacement:
    """What to write for a finding.

    Args:
        text: the whole text, with the name.
        description: what the name is described by.
        again: whether the same description stands before it.
        several: whether the name itself is of more than one: "Ewoks".
        beside: whether another name stands right before it.
    """
    the = "the " if finding.text[:4].lower() == "the " else ""
    before = text[max(0, finding.start - AROUND) : finding.start] + the
    after = text[finding.end : finding.end + AROUND]
    several = several or _counted(before, finding)
    if markup := _tag_around(text, finding):
        return Replacement(*markup, "", finding)
    if before.endswith("#"):
        tag = "".join(word.capitalize() for word in re.findall(r"\w+", description.head))
        return Replacement(finding.start, finding.end, tag, finding)
    if finding.kind in STYLES:
        start, end, words = _style(before, after, finding, description, several)
    else:
        before = "its " if beside else before
        start, end, words = _phrase(before, after, finding, description, again, several)
        words = the + words
    if text[start : start + 1].isupper() and SENTENCE_END.search(text[max(0, start - 8) : start]):
        words = words[:1].upper() + words[1:]
    return Replacement(start, end, words, finding)


def _tag_around(text: str, finding: Finding) -> tuple[int, int] | None:
    """Where the LoRA tag is that a name stands in: under another name it loads nothing."""
    begin = text.rfind("<", max(0, finding.start - AROUND), finding.start)
    tag = TAG.match(text, begin) if begin >= 0 else None
    if tag is None or tag.end() < finding.end:
        return None
    return begin - (text[begin - 1 : begin] == " "), tag.end()


def _style(
    before: str, after: str, finding: Finding, description: Description, several: bool
) -> tuple[int, int, str]:
    """An artist or a studio: the way of making pictures, a picture, or who makes them."""
    start, end = finding.start, finding.end
    head, whole = description.head, f"{description.head} {description.tail}".strip()
    if AFTER_STYLE.match(after):
        return agreeing(before, start, end, _joined(_without_echo(head, after), after))
    if owned := POSSESSIVE.match(after):
        words = _before_noun(head, after[owned.end() :])
        more = re.match(r"['\u2019]s?\s+\w+s\b", after) or determined(before)
        words = words if more else f"{article(words)} {words}"
        return agreeing(before, start, end + owned.end(), words)
    if AND.match(after):
        whole = head  # two tails in a row would be read as one
    if by := BY.search(before):
        made = "In" if by[0][0].isupper() else "in"
        return start - len(by[0]), end, f"{made} {whole}"
    piece = head if head.rsplit(" ", 1)[-1] in PIECES else f"{head} piece"
    if several:
        return start, end, plural(piece)
    following = NEXT_WORD.match(after)
    if following and (AT_WORK.match(after) or is_action(following[1]) or following[1] in VERBS):
        if ARTICLE.search(before):
            return agreeing(before, start, end, piece)
        maker = "artist" if finding.kind == "artist" else "studio"
        words = maker if determined(before) else f"{article(maker)} {maker}"
        return start, end, words
    if following and is_noun(following[1]):
        return agreeing(before, start, end, _before_noun(head, after))
    if ARTICLE.search(before):
        return agreeing(before, start, end, piece)
    return start, end, whole


def _phrase(
    before: str,
    after: str,
    finding: Finding,
    description: Description,
    again: bool,
    several: bool,
) -> tuple[int, int, str]:
    """A person, a thing or a story: a noun phrase, or what stands before a noun."""
    start, end = finding.start, finding.end
    following = NEXT_WORD.match(after)
    word = following[1].lower() if following else ""
    person = finding.kind in PEOPLE
    noun = word and (_one(word) in THINGS if person else is_noun(word))
    if AFTER_STYLE.match(after) or TIED.match(after) or noun:
        words = _without_echo(description.attributive or description.head, after)
        return agreeing(before, start, end, _joined(words, after))
    owned = POSSESSIVE.match(after)
    several = several and not (owned and owned[0].endswith("s"))
    one = ARTICLE.search(before)
    head = description.head
    if several:
        head = plural(head)
    elif one and not description.article:
        head = singular(head)
    if owned:
        mark = owned[0][0]
        end += owned.end()
        head += mark if is_plural(head) and head.endswith("s") else f"{mark}s"
    elif (
        description.tail
        and not (word in DRESS or again or (word and is_noun(word)))
        and not (several and ONE_EACH.search(description.tail))
    ):
        head = f"{head} {description.tail}"
    if one and again:
        other = "Another" if one[1][0].isupper() else "another"
        return start - len(one[0]), end, f"{other} {head}"
    if one:
        return agreeing(before, start, end, head)
    single = description.article and not several
    if again and not determined(before):
        return start, end, f"another {head}" if single else f"more {head}"
    if single and not determined(before):
        head = f"{article(head)} {head}"
    return start, end, head


def _counted(before: str, finding: Finding) -> bool:
    """Whether a name stands for more than one of its kind: "two Ewoks", "Pikachus"."""
    text, name = finding.text.lower(), finding.name
    if (text[-1:] == "s" != name[-1:]) or (text[-3:] == "men" and name[-3:] == "man"):
        return True
    last = LAST_WORD.search(before)
    return last is not None and last[1].lower() in COUNTS


def _without_echo(words: str, after: str) -> str:
    """A description without the end that the text goes on with: "oil" before "oil painting"."""
    following = re.sub(AFTER_STYLE, "", after, count=1) if AFTER_STYLE.match(after) else after
    comes = re.findall(r"[\w-]+", following[:60].lower())
    parts = words.split(" ")

    def one(word: str) -> str:
        return word.lower().removesuffix("s")

    for size in range(min(len(parts) - 1, 3), 0, -1):
        if [one(part) for part in parts[-size:]] == [one(part) for part in comes[:size]]:
            return " ".join(parts[:-size])
    return words


def _before_noun(head: str, after: str) -> str:
    """A way of making pictures before what is shown so: "smoky fantasy" before "dragon"."""
    words = _without_echo(head, after)
    *rest, last = words.split(" ")
    return _without_echo(" ".join(rest), after) if rest and last in MEDIA else words


def _joined(words: str, after: str) -> str:
    """Words that a hyphen ties to what follows: "sea-battle-inspired"."""
    return words.replace(" ", "-") if after.startswith("-") else words


def _one(word: str) -> str:
    return word if word in THINGS else word.removesuffix("s")
