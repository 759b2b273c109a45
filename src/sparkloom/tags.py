"""Tags: a prompt as the row of short phrases that some models were trained with."""

from __future__ import annotations

import re
from collections.abc import Callable

from sparkloom.markup import TAG, WEIGHT
from sparkloom.words import ARTICLES, few

LONG = 5
"""The most words of a tag: a longer phrase is parted where it goes on about something else."""

_BORDER = re.compile(r"(?<!\d)[,;]\s*|[,;.](?:\s+|\Z)|\n")
_MARKUP = re.compile(f"{TAG.pattern}|{WEIGHT.pattern}")
_ADDS = frozenset("in with at while and".split())
"""Where another tag begins, without the word: `fox in a red scarf` is `fox, red scarf`."""

_PLACES = frozenset(
    "on under over behind beside against between among beneath through inside across along above "
    "below near around into onto beyond before after from by".split()
)
"""Where another tag may begin, with the word: `under a tree` is `under tree`."""

_THINGS = frozenset(
    "king ring wing string spring thing ceiling evening morning building painting drawing "
    "lighting clothing clearing crossing setting landing railing stocking earring lightning "
    "something anything nothing everything pudding wedding awning dumpling duckling sapling "
    "gosling".split()
)
"""Words in -ing that name things."""

_VERBS = {
    "sits": "sitting", "stands": "standing", "lies": "lying", "rests": "resting",
    "sleeps": "sleeping", "leans": "leaning", "kneels": "kneeling", "crouches": "crouching",
    "walks": "walking", "runs": "running", "jumps": "jumping", "leaps": "leaping",
    "climbs": "climbing", "crosses": "crossing", "flies": "flying", "floats": "floating",
    "swims": "swimming", "dives": "diving", "falls": "falling", "hangs": "hanging",
    "rides": "riding", "drives": "driving", "carries": "carrying", "holds": "holding",
    "wears": "wearing", "reads": "reading", "writes": "writing", "plays": "playing",
    "dances": "dancing", "sings": "singing", "eats": "eating", "drinks": "drinking",
    "looks": "looking", "watches": "watching", "waits": "waiting", "guards": "guarding",
    "fights": "fighting", "works": "working", "cooks": "cooking", "fishes": "fishing",
    "grows": "growing", "blooms": "blooming", "burns": "burning", "glows": "glowing",
    "shines": "shining", "leads": "leading", "faces": "facing", "fills": "filling",
    "covers": "covering", "follows": "following", "chases": "chasing", "pulls": "pulling",
    "pushes": "pushing", "lifts": "lifting", "opens": "opening", "peers": "peering",
}  # fmt: skip

_GIRLS = frozenset(
    "girl woman lady queen princess witch priestess empress mother grandmother nun maid sister "
    "daughter waitress actress goddess mermaid ballerina heroine bride huntress sorceress "
    "schoolgirl cowgirl fisherwoman policewoman noblewoman duchess countess valkyrie geisha".split()
)
_BOYS = frozenset(
    "boy man king prince father grandfather wizard monk brother son waiter lord groom emperor "
    "gentleman fisherman policeman cowboy schoolboy nobleman duke baron nobleman "
    "blacksmith lumberjack".split()
)
_MANY = {
    **dict.fromkeys(("girls", "women", "ladies", "witches", "princesses", "sisters"), "girls"),
    **dict.fromkeys(("boys", "men", "kings", "princes", "monks", "brothers"), "boys"),
}
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}


def tags_of(text: str) -> list[str]:
    """The tags that say what a prompt says, in its order, each once.

    Small letters, no articles, no full sentences. Weights and LoRA tags stay to the letter.
    """
    found: list[str] = []
    for phrase in _phrases(text):
        found += [phrase] if _MARKUP.fullmatch(phrase) else _parts(phrase)
    return list(dict.fromkeys(found))


def count_of(text: str) -> list[str]:
    """How many people a prompt is of, as Danbooru's tags say it: `1girl`, `solo`.

    Empty where its first phrase does not say it for sure: a knight may be either.
    """
    first = re.split(r"\s(?:with|in|on|at|and|who|beside|holding|wearing|under)\b|,", text)[0]
    number = 0
    for word in re.findall(r"[a-z]+", first.lower()):
        number = _NUMBERS.get(word, number)
        if word in _MANY:
            return [f"{number}{_MANY[word]}" if number else f"multiple {_MANY[word]}"]
        if word in _GIRLS | _BOYS:
            alone = not re.match(rf".*?\b{word}('s| and)\b", text, re.IGNORECASE)
            return [f"1{'girl' if word in _GIRLS else 'boy'}", "solo"] if alone else []
    return []


def _phrases(text: str) -> list[str]:
    """What stands between commas and stops, markup by itself."""
    phrases: list[str] = []
    end = 0
    for markup in _MARKUP.finditer(text):
        phrases += [*_BORDER.split(text[end : markup.start()]), markup[0]]
        end = markup.end()
    return [phrase.strip() for phrase in [*phrases, *_BORDER.split(text[end:])] if phrase.strip()]


def _parts(phrase: str) -> list[str]:
    """A phrase as tags: a thing, then what is told of it."""
    told = [_VERBS.get(word, word) for word in _plain(phrase).split()]
    parts = [told] if len(told) <= LONG and told == _plain(phrase).split() else _parted(told, _new)
    parts = [
        shorter
        for part in parts
        for shorter in ([part] if len(part) <= LONG else _parted(part, _far))
    ]
    parts = [part[part[0] in _ADDS :] for part in parts if part]  # `a` alone leaves none
    return [few(" ".join(part)) for part in parts if part]


def _parted(told: list[str], begins: Callable[[str], bool]) -> list[list[str]]:
    """Words in parts, each of which begins with a word that may begin one."""
    parts = [told[:1]]
    for word in told[1:]:
        if begins(word) and not begins(parts[-1][-1]):
            parts.append([])
        parts[-1].append(word)
    return parts


def _new(word: str) -> bool:
    return word in _ADDS or _acts(word)


def _far(word: str) -> bool:
    return word in _PLACES


def _acts(word: str) -> bool:
    return word.endswith("ing") and word not in _THINGS


def _plain(phrase: str) -> str:
    """A phrase in small letters without its articles; what stands in quotation marks, and words
    of capitals, as they are."""
    quoted = re.split(r"(\"[^\"]*\")", phrase)
    plain = [
        part
        if part.startswith('"')
        else " ".join(
            word if word.isupper() and len(word) > 1 else word.lower()
            for word in part.split()
            if word.lower() not in ARTICLES
        )
        for part in quoted
    ]
    return " ".join(filter(None, plain))
