"""English around a noun phrase: articles, number, and what the words beside it are."""

from __future__ import annotations

import re

from sparkloom.words import article

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
    way how draw paint show make create generate depict render give have has had add put turn
    would could should will can may might must do does did""".split()
)
"""Words that no noun phrase goes on over: what follows one begins anew."""

ARTICLE = re.compile(r"\b(an?)\s+$", re.IGNORECASE)
LAST_WORD = re.compile(r"([\w'\u2019-]+)\s+$")

NOT_NOUNS = re.compile(
    r".+(?:ly|ed)$|\d+$|(?:who|whose|which|that|has|had|can|will|does|did|redone|made|seen|shot|set|"
    r"drawn|taken|built|worn|left|lit|gone|broken|hidden|held|sold|done|alone|asleep|older|younger)$"
)
WORKS = frozenset(
    """building ceiling clothing drawing engraving etching evening framing lighting morning painting
    spring staging string styling wedding wing""".split()
)
"""Nouns that look like something done just now."""


def determined(before: str) -> bool:
    """Whether a noun phrase is under way already: `the`, `his`, or `old` without an article."""
    last = LAST_WORD.search(before)
    if last is None:
        return False
    word = last[1].lower()
    if word in DETERMINERS or word.endswith(("'s", "\u2019s")):
        return True
    verb = word.endswith("ing") or (word.endswith("s") and not word.endswith("ss"))
    return not (word in LINKS or verb)


def is_noun(word: str) -> bool:
    """Whether a word behind a name is more likely a noun than what the name does or where."""
    small = word.lower()
    other = small in LINKS or small in DETERMINERS or is_action(small)
    return not (other or NOT_NOUNS.match(small))


def is_action(word: str) -> bool:
    """Whether a word tells what is being done."""
    return word.endswith("ing") and word not in WORKS


def plural(phrase: str) -> str:
    """More of what a noun phrase says: "young wizards", "knights in plate"."""
    noun, rest = _parted(phrase)
    if is_plural(noun):
        return phrase
    for ending, more in (
        ("man", "men"),
        ("s", "ses"),
        ("x", "xes"),
        ("ch", "ches"),
        ("sh", "shes"),
    ):
        if noun.endswith(ending):
            return noun.removesuffix(ending) + more + rest
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies" + rest
    return noun + ("es" if noun.endswith("hero") else "s") + rest


def singular(phrase: str) -> str:
    """One of what a noun phrase says more of: "space soldier" for "space soldiers"."""
    noun, rest = _parted(phrase)
    if noun.endswith("men"):
        return f"{noun[:-3]}man{rest}"
    if noun.endswith("ies"):
        return f"{noun[:-3]}y{rest}"
    if re.search(r"(?:[sx]|[cs]h|hero)es$", noun):
        return noun[:-2] + rest
    return (noun[:-1] if is_plural(noun) and noun.endswith("s") else noun) + rest


def is_plural(phrase: str) -> bool:
    """Whether a noun phrase says more than one: "toy bricks", not "fizzy cola"."""
    noun, _ = _parted(phrase)
    return noun.endswith(("men", "folk", "people")) or (noun.endswith("s") and noun[-2:] != "ss")


def agreeing(before: str, start: int, end: int, words: str) -> tuple[int, int, str]:
    """With the article before it made to agree: `an Ewok` as `a small forest dweller`."""
    last = ARTICLE.search(before)
    if last is None or last[1].lower() == article(words):
        return start, end, words
    changed = article(words)
    changed = changed.capitalize() if last[1][0].isupper() else changed
    return start - len(last[0]), end, f"{changed} {words}"


def _parted(phrase: str) -> tuple[str, str]:
    """A noun with what stands before it, and what stands behind."""
    noun, *rest = re.split(r"(?= (?:of|in|with|for|from|on) )", phrase, maxsplit=1)
    return noun, "".join(rest)
