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

STYLES = frozenset(("artist", "studio"))
"""The kinds whose names stand for a way of making pictures."""

DETERMINERS = frozenset(
    """a an the this that these those my your his her its our their every each some any no
    another one two three four five six seven eight nine ten several many few both all""".split()
)
COUNTS = frozenset(
    """these those two three four five six seven eight nine ten twelve several many few both
    all dozen hundreds thousands""".split()
)
"""Words behind which there is more than one."""

LINKS = frozenset(
    """about above across after against along among and around as at before behind below beneath
    beside between beyond but by for from in inside into is are was were like near next nor of off
    on onto or over than through to toward towards under until upon versus via vs when where while
    with within without not featuring starring plus meets if be being been it he she they imagine
    way how draw paint show make create generate depict render give have has add put turn""".split()
)
"""Words that no noun phrase goes on over: what follows one begins anew."""

AROUND = 100
"""How many characters before and behind a name grammar looks at."""

AFTER_STYLE = re.compile(r"[ -](?:style[ds]?|stylized|inspired|esque|like|ish|aesthetic)\b", re.I)
BY = re.compile(r"(?<!inspired )(?<!influenced )\bby(?: artist)?\s+$", re.IGNORECASE)
ARTICLE = re.compile(r"\b(an?)\s+$", re.IGNORECASE)
LAST_WORD = re.compile(r"([\w'\u2019-]+)\s+$")
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

NOT_NOUNS = re.compile(
    r".+(?:ly|ed)$|\d+$|(?:who|whose|which|that|has|had|can|will|does|did|redone|made|seen|shot|set|"
    r"drawn|taken|built|worn|left|lit|gone|broken|hidden|held|sold|done|alone|asleep|older|younger)$"
)
WORKS = frozenset("lighting painting drawing engraving etching staging framing styling".split())
"""Nouns that look like something done just now."""
VOWEL = re.compile(r"(?!(?:one|uni|use|eu))[aeiou]|8|hour|heir|honest|r&b", re.IGNORECASE)
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


def replacement(text: str, finding: Finding, description: Description, again: bool) -> Replacement:
    """What to write for a finding.

    Args:
        text: the whole text, with the name.
        description: what the name is described by.
        again: whether the same description stands before it.
    """
    before = text[max(0, finding.start - AROUND) : finding.start]
    after = text[finding.end : finding.end + AROUND]
    if markup := _tag_around(text, finding):
        return Replacement(*markup, "", finding)
    if before.endswith("#"):
        tag = "".join(word.capitalize() for word in re.findall(r"\w+", description.head))
        return Replacement(finding.start, finding.end, tag, finding)
    if finding.kind in STYLES:
        start, end, words = _style(before, after, finding, description)
    else:
        start, end, words = _phrase(before, after, finding, description, again)
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
    before: str, after: str, finding: Finding, description: Description
) -> tuple[int, int, str]:
    """An artist or a studio: the way of making pictures, or somebody who makes them."""
    start, end = finding.start, finding.end
    head, whole = description.head, f"{description.head} {description.tail}".strip()
    if AFTER_STYLE.match(after):
        return _agreeing(before, start, end, _joined(_without_echo(head, after), after))
    if owned := POSSESSIVE.match(after):
        plural = re.match(r"['\u2019]s?\s+\w+s\b", after)
        words = head if plural or _determined(before) else f"{_article(head)} {head}"
        return _agreeing(before, start, end + owned.end(), words)
    if AND.match(after):
        whole = head  # two tails in a row would be read as one
    if by := BY.search(before):
        made = "In" if by[0][0].isupper() else "in"
        return start - len(by[0]), end, f"{made} {whole}"
    following = NEXT_WORD.match(after)
    if following and (_is_action(following[1]) or following[1] in VERBS):
        maker = "artist" if finding.kind == "artist" else "studio"
        words = maker if _determined(before) else f"{_article(maker)} {maker}"
        return _agreeing(before, start, end, words)
    if following and _is_noun(following[1]):
        return _agreeing(before, start, end, _without_echo(head, after))
    if ARTICLE.search(before):
        return _agreeing(before, start, end, f"{head} piece")
    return start, end, whole


def _phrase(
    before: str, after: str, finding: Finding, description: Description, again: bool
) -> tuple[int, int, str]:
    """A person, a thing or a story: a noun phrase, or what stands before a noun."""
    start, end = finding.start, finding.end
    following = NEXT_WORD.match(after)
    word = following[1].lower() if following else ""
    person = finding.kind in PEOPLE
    if AFTER_STYLE.match(after) or (
        word and (_singular(word) in THINGS if person else _is_noun(word))
    ):
        words = _without_echo(description.attributive or description.head, after)
        return _agreeing(before, start, end, _joined(words, after))
    head = description.head
    owned = POSSESSIVE.match(after)
    if several := description.article and not owned and _counted(before, finding):
        head = _plural(head)
    if owned:
        mark = owned[0][0]
        end, head = end + owned.end(), head + (mark if head.endswith("s") else f"{mark}s")
    elif description.tail and not (word in DRESS or again or (word and _is_noun(word))):
        head = f"{head} {description.tail}"
    if ARTICLE.search(before):
        return _agreeing(before, start, end, head)
    if again and not _determined(before):
        one = description.article and not several
        return start, end, f"another {head}" if one else f"more {head}"
    if description.article and not several and not _determined(before):
        head = f"{_article(head)} {head}"
    return start, end, head


def _agreeing(before: str, start: int, end: int, words: str) -> tuple[int, int, str]:
    """With the article before it made to agree: `an Ewok` as `a small forest dweller`."""
    article = ARTICLE.search(before)
    if article is None or article[1].lower() == _article(words):
        return start, end, words
    changed = _article(words)
    changed = changed.capitalize() if article[1][0].isupper() else changed
    return start - len(article[0]), end, f"{changed} {words}"


def _counted(before: str, finding: Finding) -> bool:
    """Whether a name stands for more than one of its kind: "two Ewoks", "Pikachus"."""
    text, name = finding.text.lower(), finding.name
    if (text[-1:] == "s" != name[-1:]) or (text[-3:] == "men" and name[-3:] == "man"):
        return True
    last = LAST_WORD.search(before)
    return last is not None and last[1].lower() in COUNTS


def _determined(before: str) -> bool:
    """Whether a noun phrase is under way already: `the`, `his`, or `old` without an article."""
    last = LAST_WORD.search(before)
    if last is None:
        return False
    word = last[1].lower()
    if word in DETERMINERS or word.endswith(("'s", "\u2019s")):
        return True
    verb = word.endswith("ing") or (word.endswith("s") and not word.endswith("ss"))
    return not (word in LINKS or verb)


def _is_noun(word: str) -> bool:
    """Whether a word behind a name is more likely a noun than what the name does or where."""
    small = word.lower()
    other = small in LINKS or small in DETERMINERS or _is_action(small)
    return not (other or NOT_NOUNS.match(small))


def _is_action(word: str) -> bool:
    return word.endswith("ing") and word not in WORKS


def _without_echo(words: str, after: str) -> str:
    """A description without the end that the text goes on with: "oil" before "oil painting"."""
    following = re.sub(AFTER_STYLE, "", after, count=1) if AFTER_STYLE.match(after) else after
    comes = re.findall(r"[\w-]+", following[:60].lower())
    parts = words.split(" ")
    for size in range(min(len(parts) - 1, 3), 0, -1):
        if [part.lower() for part in parts[-size:]] == comes[:size]:
            return " ".join(parts[:-size])
    return words


def _joined(words: str, after: str) -> str:
    """Words that a hyphen ties to what follows: "sea-battle-inspired"."""
    return words.replace(" ", "-") if after.startswith("-") else words


def _plural(head: str) -> str:
    """More of what a noun phrase says: "young wizards", "knights in plate"."""
    noun, *rest = re.split(r"(?= (?:of|in|with|for|from|on) )", head, maxsplit=1)
    for ending, more in (
        ("man", "men"),
        ("folk", "folk"),
        ("s", "ses"),
        ("x", "xes"),
        ("ch", "ches"),
        ("sh", "shes"),
    ):
        if noun.endswith(ending):
            return noun.removesuffix(ending) + more + "".join(rest)
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies" + "".join(rest)
    return noun + ("es" if noun.endswith("hero") else "s") + "".join(rest)


def _singular(word: str) -> str:
    return word if word in THINGS else word.removesuffix("s")


def _article(words: str) -> str:
    return "an" if VOWEL.match(words) else "a"


PEOPLE = frozenset(("celebrity", "character", "hero", "villain", "creature"))
"""The kinds whose names are mostly the subject of what follows them."""
