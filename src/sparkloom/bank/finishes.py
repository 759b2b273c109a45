"""Phrases that finish a prompt: view, light, palette and medium, written by hand.

A small model says well what a picture shows, and loses the thread with every clause after
that. So it writes the opening, and the rest is taken from `finishes.tsv`: phrases that name
nothing which would have to be in the picture, each with the media and the places it suits.
The file is made from `training/gold/finishes.jsonl` by `training/bank.py`.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple, dataclass
from functools import cache, lru_cache
from pathlib import Path

from sparkloom.bank.circumstances import agree
from sparkloom.bank.colours import palette_of
from sparkloom.bank.kinds import LIVING, nouns, singular
from sparkloom.bank.terms import NAMED, PARTS, Part, medium_of, signs
from sparkloom.words import phrases, stems_of, words

FILE = Path(__file__).with_name("finishes.tsv")

WEIGHTS = {
    "photo": 5,
    "illustration": 5,
    "painting": 4,
    "render": 4,
    "drawing": 2,
    "print": 2,
    "craft": 1,
    "pixel": 1,
}
"""How often a family of media is taken where nothing speaks for one."""

NEAR_WEIGHT = 8
"""How much each prompt near by adds to its family."""

PLACES = {
    "outdoor": frozenset(
        "lake sea ocean river field street sky tree forest woods woodland mountain hill road "
        "beach garden boat ship park snow rain desert harbour harbor coast cliff island meadow "
        "valley village city bridge roof rooftop market castle waterfall jungle swamp cloud "
        "storm shore station farm train truck car bus bicycle lighthouse lane path quay jetty "
        "pier canal pond stream surf sand dune orchard hedge lawn yard courtyard terrace "
        "balcony pavement square platform railway crossroads ridge summit slope glacier reef "
        "moor heath marsh reed town alley crossing tram promenade barn gate fence hillside "
        "shingle creek vineyard allotment ruin outdoor mist fog frost hail snowfield "
        "puddle campfire bonfire tent horizon tractor motorway kerb birch grass ferry deck "
        "traffic pasture fjord ravine canyon gutter chimney scarecrow runway graveyard cemetery "
        "churchyard cobble cobblestone doorstep awning porch scaffold trail oasis iceberg mast "
        "wharf dock marina boardwalk sidewalk rainforest branch bough gale cornfield lagoon".split()
    ),
    "indoor": frozenset(
        "room kitchen bedroom bathroom hall library shop bakery cafe office studio workshop "
        "church cathedral attic cellar dungeon tavern museum classroom laboratory theatre "
        "theater stage shelf desk table sofa bed toilet refrigerator oven corridor rug stove "
        "chapel nave crypt stair lobby basement pantry drawer counter floor ceiling wardrobe "
        "armoury hallway bathtub sink cupboard cinema supermarket ballroom piano barbershop "
        "restaurant diner hospital gymnasium garage greenhouse curtain bulb lightbulb windowsill "
        "workbench bookshelf armchair pillow mattress carpet hearth parlour hangar warehouse "
        "factory elevator escalator canteen vault workroom plate tray "
        "tablecloth saucer napkin bowl velvet pew indoor "
        "interior mantel fireplace wheelhouse cabin saloon launderette nursery cave "
        "plinth".split()
    ),
}
WILD = frozenset(
    "dragon horse wolf deer bird bear fox elephant lion tiger eagle dinosaur tower temple "
    "house cottage building skyscraper tractor plane helicopter knight".split()
)
"""What is outdoors if no place is named."""

OUTDOOR = "outdoor"
STUDIO = "studio"
"""Where a thing is taken to stand if nothing says where it is."""

SOMEWHERE = "somewhere"
"""Where it is if a place is told that nobody knows: no lamps of a studio fall there."""

TOLD = re.compile(
    r"\b(?:on|in|at|by|under|underneath|beneath|beside|behind|through|across|along|over|above|"
    r"inside|against|between|among|near|past|beyond|aboard|atop|below|outside|after)\b"
)
"""Words by which a text tells a place."""

AT = re.compile(rf"{TOLD.pattern}|\bseen from\b")
"""Words behind which the place stands."""

BACKDROP = re.compile(r"\b(?:backdrop|background|studio (?:shot|photo|portrait|light)\w*)\b")
"""Words by which a place is a studio."""

GRAPHIC = "graphic"
"""Where a thing is drawn for itself: no light falls on it, and nobody looks from anywhere."""

LANDS = {
    OUTDOOR: frozenset(
        "landscape forest water garden harbour road sky weather tree building structure".split()
    ),
    "indoor": frozenset("interior shop".split()),
}
ROAMING = frozenset(
    "mammal bird reptile dinosaur monster mythic small vehicle ship plane train balloon floating "
    "place season mushroom".split()
)
"""Kinds that are a place themselves, and kinds that are outdoors if nothing says where."""

SPACE = "space"
UNDERWATER = "underwater"
MONOCHROME = "monochrome"
"""Where other light falls, and where there are no colours."""

WORKS: dict[str, tuple[str, str]] = {
    "glass": ("craft", r"(?:stained|leaded)[- ]glass"),
    "mosaic": ("craft", r"mosaics?"),
    "tapestry": ("craft", r"tapestr(?:y|ies)"),
    "embroidery": ("craft", r"embroider(?:y|ies)|cross[- ]stitch|needlepoint"),
    "page": ("drawing", r"colou?ring(?:[- ]book)?(?: (?:pages?|sheets?))?"),
    "chalkboard": ("drawing", r"chalkboards?|blackboards?"),
    "neon": ("photo", r"neon (?:sign|tube|letters)"),
    "tattoo": ("drawing", r"tattoos?(?! (?:artist|parlou?r|shop|machine|studio))"),
    "sculpture": ("photo", r"sculptures?|statues?|statuettes?|busts?|bas[- ]reliefs?|carvings?"),
    "ceramics": ("photo", r"pottery|ceramics?|porcelain"),
    "blueprint": ("drawing", r"blueprints?"),
    "printed": (
        "illustration",
        r"(?:matchbox|matchbook) (?:covers?|labels?|art)|postage stamps?|postcards?|banknotes?|"
        r"(?:beer|wine|crate|luggage|bottle|jar) labels?|playing card",
    ),
    "graffiti": ("painting", r"graffiti|street art"),
}
"""Works that are a medium themselves: their family, and what names them. What they are made of is
said in phrases of their own, so that no second medium fights the first."""

NAMES = {name: re.compile(rf"\b(?:{told})(?!\w)") for name, (_, told) in WORKS.items()}

FLAT = WORKS.keys() - {"neon", "sculpture", "ceramics", "graffiti"}
"""Those that are drawn for themselves."""

STYLED = re.compile(r"\b(?:in|as)((?:\s[\w-]+){1,4})")
"""How a work is named behind a subject: `a fox in stained glass`."""

OWN = frozenset((GRAPHIC, SPACE, UNDERWATER, MONOCHROME, *WORKS))
"""What has phrases of its own, so that those for `any` place are not taken."""

SPACES = frozenset(
    "orbit galaxy nebula asteroid spaceship starship spacecraft supernova spacewalk cosmos "
    "mothership satellite comet exoplanet".split()
)
WATERS = frozenset(
    "underwater reef kelp seabed shoal coral jellyfish submarine eelgrass sunken octopus shark "
    "whale squid seahorse".split()
)
GREYS = re.compile(
    r"black[- ]and[- ]white|monochrome|cyanotype|platinum|silver print|mezzotint|"
    r"(?<!hand-coloured )etching|"
    r"ink[- ]wash|charcoal|graphite|(?<!coloured-)pencil drawing|pencil sketch|chalk|pen drawing|"
    r"aquatint|woodcut|engraving|drypoint|brush-and-ink|line drawing|stippled|silhouette|manga|"
    r"crayon drawing|lithograph|pictorialist|ink drawing|technical drawing|blueprint|one ink|"
    r"single material|four-tone|sketchbook study|letterpress|monotype|minimal line art"
)
"""Media of one colour."""

COLOURS = NAMED["palette"] - signs("black white grey gray monochrome palette") | signs(
    "rainbow sunset sunrise aurora neon"
)
"""What no medium of one colour shows."""

GREY_WORDS = re.compile(
    r"black[- ]and[- ]white|monochrome|(?:pencil|charcoal|ink) (?:drawing|sketch)|"
    r"line (?:art|drawing|work)|sepia|gr[ea]y[- ]?scale"
)
"""Words by which a prompt asks for one."""

REPEATED = 2
"""A phrase with so many words that were said already says it again."""

GRAPHICS = signs(
    "logo icon emblem badge crest insignia monogram sticker decal emoji sprite spritesheet "
    "tileset tilemap pattern wallpaper mandala infographic diagram blueprint chart flowchart map "
    "ui hud interface button poster banner flyer brochure cover pin mascot clipart glyph symbol "
    "texture textile fabric tattoo stencil design tshirt doodle avatar menu inventory schematic "
    "website homepage layout isometric diorama tarot sheet card invitation pictogram favicon "
    "platformer"
)
WHERE = re.compile(
    r"\b(?:with|without|on|in|of|for|by|at|from|next|near|is|are|holding|under|beneath|beside|"
    r"behind|above|below|over|against|between|among|inside|saying|showing)\b|[,.;:]"
)
"""What parts a drawn thing from what is said of it: `a bus with a poster` is no poster."""

PAPER = signs("poster banner flyer brochure cover card invitation tarot map")
ON_PAPER = frozenset("illustration print drawing painting".split())
"""Things of paper, and the families that are printed on them."""

MANNER = re.compile(r"\w+(?:ed|ing)\b")
"""Words that are no drawn thing, though their stems are: `covered`, `pinned`."""

DRAWN = frozenset("illustration print pixel render drawing painting craft".split())
"""The families of what is drawn for itself, where nothing speaks for a photo."""

DULL = signs("rain snow fog mist storm overcast drizzle blizzard hail sleet cloudburst downpour")
DOCUMENTARY = re.compile(r"documentary|archive|record|album|magazine|location|observant")
IMAGINED = signs(
    "dragon wizard witch fairy elf goblin orc troll robot android cyborg cyberpunk steampunk alien "
    "ghost mermaid unicorn monster demon vampire zombie futuristic fantasy spaceship starship "
    "magic knight samurai dinosaur sorcerer werewolf giant dwarf phoenix griffin mech ufo kraken "
    "castle angel deity superhero viking mythical enchanted haunted"
)
"""What no such photograph is of."""

OLD = signs("castle dungeon knight viking samurai medieval tavern monk wizard dragon crypt cave")
MODERN = signs("fluorescent tungsten bulb neon headlight flash screen street")
"""Lights that were not there yet."""

ANGLES = signs("isometric")
"""Views that are only for what is drawn so."""

FIGURE = "figure"
ACTING = frozenset("person child fighter mage robot".split())
"""Views that are only for kinds that have a head and feet."""

FACING = re.compile(r"facing|turned|profile|back view|from behind")
FACED = LIVING | frozenset(
    "vehicle ship plane train bicycle spacecraft toy monument sprite".split()
)
"""Views that are only for what has a front and a back."""

OPPOSITES = tuple(
    (re.compile(one), re.compile(other))
    for one, other in (
        (
            r"\bclose\b|close-up|\bcrop\b|macro|arm's reach|\bfill|\btight|portrait|headshot|"
            r"\bface\b|large in the|waist up",
            r"\bfar (?:off|away|side|below)\b|distan|horizon|well back|\btiny\b|"
            r"small (?:in|against)|wide shot|whole figure|aerial|across (?:a wide|water)|panoram",
        ),
        (
            r"deep perspective|vanishing|converg|reced|near to far|foreground",
            r"shallow|\bflat\b|flattened|one plane|from the front\b|frontal",
        ),
        (
            r"centred|centered|(?<!off )(?<!off-)\bcent(?:re|er)\b|symmetr",
            r"off[- ]cent|pushed|\bthirds?\b|to (?:one side|the left|the right)|diagonal|corner|"
            r"low and left|asymmetr|half empty|framed from the left",
        ),
        (
            r"from (?:slightly |just |directly |straight )?above|overhead|top-down|looking down|"
            r"bird's|hilltop",
            r"low angle|from (?:slightly |straight )?below|worm|looking (?:slightly )?up|"
            r"knee height|ground[- ]level",
        ),
        (
            r"\bempty|\bplain\b|\balone\b|negative space|\bbare\b",
            r"crowd|packed|busy|clutter|full of|surrounded|hundreds|row after row|\bpile|heap",
        ),
    )
)
"""What a view and a prompt cannot both be: near and far, deep and flat, even and uneven."""

NEEDED = (
    (signs("torchlight torch"), signs("torchlight torch castle dungeon cave crypt tomb")),
    (signs("bulb"), signs("bulb lightbulb garage cellar basement attic workshop cafe garland")),
    (
        signs("campfire bonfire fire"),
        signs("fire campfire camp tent bonfire hearth fireplace forge stove"),
    ),
    (
        signs("lantern"),
        signs(
            "lantern festival market street village night dusk evening camp procession temple "
            "cellar barn stable cave mine attic tavern ship deck"
        ),
    ),
    (
        signs("neon headlight street"),
        signs("street road city town alley traffic car bus neon headlight taxi motorway tram"),
    ),
    (signs("spilling"), signs("house street village town city cottage cabin hut shop inn home")),
    (
        signs("blind door shutter"),
        signs(
            "room bedroom kitchen office hotel house hall corridor attic cellar cabin shop door "
            "library classroom workshop bathroom"
        ),
    ),
    (signs("string"), signs("string garland market festival fairground cafe party terrace")),
    (signs("stained"), signs("stained church cathedral chapel nave abbey")),
    (signs("screen"), signs("screen computer laptop phone desk gamer hacker arcade")),
    (signs("road"), signs("road street lane car bus truck")),
    (signs("hilltop"), signs("hill valley village field mountain landscape town")),
    (signs("water"), signs("water lake river sea pond canal harbour boat coast pool bath ferry")),
    (
        signs("perspective"),
        signs(
            "street road city town hall room corridor house building bridge station railway "
            "church shop library village alley kitchen castle canal"
        ),
    ),
    (signs("grass"), signs("grass meadow field lawn garden pasture")),
    (signs("branches"), signs("tree forest woods orchard garden park branch")),
    (signs("stair"), signs("stair hall house castle library station")),
)
"""What a light or a view takes for granted, and the words of which one must be said."""

SUNNY = signs("sun noon midday glare sunrise heat moonlight moon starlight")
"""No sun where it rains."""

ANY = "any"


EVERYTHING = 99
"""As many words as there are wanted."""


@dataclass(frozen=True, slots=True)
class Finish:
    """What finishes a prompt; a part that the prompt has already is empty."""

    view: str = ""
    light: str = ""
    palette: str = ""
    medium: str = ""

    @property
    def phrases(self) -> list[str]:
        return [phrase for phrase in astuple(self) if phrase]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A row of the file.

    Attributes:
        families: the families of media it suits, or `any`.
        places: where it can be, `outdoor`, `indoor`, `studio`, `somewhere` or one of `OWN`, or
            `any`.
    """

    part: Part
    families: frozenset[str]
    places: frozenset[str]
    text: str


def finish(
    said: str, near: Iterable[str], parts: Collection[Part] = PARTS, words_wanted: int = EVERYTHING
) -> Finish:
    """What finishes a prompt; the same for the same prompt.

    Args:
        said: what the prompt says so far. Of a part that it names itself, phrases with most of
            its words are taken if there are any; none of what could not be with it.
        near: prompts of the kind that is wanted: they decide on the medium where `said` does not.
        parts: which parts are wanted.
        words_wanted: about how many words to add; a medium is always one of them, then a light.
    """
    draw = random.Random(said)
    work = _work(said)
    place = GRAPHIC if work in FLAT else _whereabouts(said)
    paper = not PAPER.isdisjoint(signs(MANNER.sub("", _head(said))))
    family = WORKS[work][0] if work else medium_of(said) or _medium_near(near, draw, place, paper)
    chosen: dict[Part, str] = {}
    left = words_wanted
    for part in ("medium", "light", "palette", "view"):
        grey = part == "palette" and not work and _is_grey(said, chosen.get("medium", ""))
        if grey and words_wanted < EVERYTHING:  # where no section has to be filled
            continue
        if part in parts and (left > 0 or part == "medium"):
            at = MONOCHROME if grey else place
            free = part == "palette" and not work and at not in OWN
            seen = palette_of(said, draw) if free else ""
            chosen[part] = seen or draw.choice(_agreeing(part, family, (work, at), said))
            left -= len(chosen[part].split())
    return Finish(**chosen)


def _is_grey(said: str, medium: str) -> bool:
    """Whether colours would contradict what is said, or the medium."""
    return bool(GREYS.search(medium) or GREY_WORDS.search(said.lower()))


def _whereabouts(said: str) -> str:
    """Where a picture is, as lights and views need to know it."""
    if is_graphic(said):
        return GRAPHIC
    told = words(said)
    if any(_is(word, WATERS) for word in told):
        return UNDERWATER
    if any(_is(word, SPACES) for word in told):
        return SPACE
    if BACKDROP.search(said):
        return STUDIO
    kind = _kind(said)
    place = place_of(said) or next((name for name, kinds in LANDS.items() if kind in kinds), "")
    if place or TOLD.search(said):
        return place or SOMEWHERE
    return OUTDOOR if kind in ROAMING else STUDIO


def _work(said: str) -> str:
    """The work that a text is of, or whose manner it wants; empty if none."""
    text = said.lower()
    told = STYLED.findall(text)
    if _kind(text) not in ACTING:  # `a girl reading a postcard` is of a girl
        told.append(_head(text))
    told += [phrase for phrase in phrases(text)[1:] if len(phrase.split()) <= STYLE_WORDS]
    return next(
        (name for name, pattern in NAMES.items() if any(pattern.search(phrase) for phrase in told)),
        "",
    )


STYLE_WORDS = 3
"""A phrase that names a work and is no longer says how the picture is made."""


def _head(text: str) -> str:
    """What is said before anything is said of it."""
    return WHERE.split(text, maxsplit=1)[0]


def _is(word: str, names: frozenset[str]) -> bool:
    """Whether a word is one of the names, or more of one."""
    return word in names or word.removesuffix("s") in names or word.removesuffix("es") in names


def is_graphic(text: str) -> bool:
    """Whether a text is of a thing that is drawn for itself: a logo, a pattern, a poster."""
    return not GRAPHICS.isdisjoint(signs(MANNER.sub("", _head(text))))


def place_of(text: str) -> str:
    """`outdoor` or `indoor`, where a text names a thing that is found there; else empty.

    What is named last decides, `a lake seen from a kitchen`, and what something is in or on before
    what is there: `on a stair, sand in the grooves`.
    """
    told = phrases(text.lower())
    for phrase in reversed(told):
        if (where := AT.search(phrase)) and (place := _place_named(phrase[where.end() :])):
            return place
    for number, phrase in reversed(list(enumerate(told))):
        if (not number or len(phrase.split()) <= STYLE_WORDS) and (place := _place_named(phrase)):
            return place
    return OUTDOOR if any(_is(word, WILD) for word in words(text)) else ""


def _place_named(text: str) -> str:
    for word in reversed(words(text)):
        for name, names in PLACES.items():
            if _is(word, names):
                return name
    return ""


def _medium_near(near: Iterable[str], draw: random.Random, place: str, paper: bool) -> str:
    """A family drawn as the prompts near by have it, so that game art stays game art."""
    shown = Counter(map(medium_of, near))
    fitting = (ON_PAPER if paper else DRAWN) if place == GRAPHIC else WEIGHTS.keys()
    names = [name for name in WEIGHTS if name in fitting]
    weights = [WEIGHTS[name] + NEAR_WEIGHT * shown[name] for name in names]
    return draw.choices(names, weights)[0]


def _agreeing(part: Part, family: str, places: tuple[str, str], said: str) -> Sequence[str]:
    """The fitting phrases that do not contradict what is said, those with most of its words first.

    Args:
        places: a work, or nothing, and where it is.
    """
    fitting = _fitting(part, family, *places)
    stems = signs(said)
    told = stems_of(said)
    shared = NAMED[part] & stems
    agreeing = [text for text in fitting if not _contradicts(text, said, part)]
    counts = [len(shared & signs(text)) for text in agreeing] if shared else []
    most = max(counts, default=0)
    taken_up = [text for text, count in zip(agreeing, counts, strict=False) if 0 < count == most]
    if taken_up:
        return taken_up
    new = [text for text in agreeing if len(told & stems_of(text)) < REPEATED]
    return new or agreeing or fitting


def _contradicts(phrase: str, said: str, part: Part) -> bool:
    """Whether a phrase cannot be with what is said.

    A light is not of another hour or weather, a view not from elsewhere, a medium neither of one
    colour where colours are named nor of what exists where something is imagined.
    """
    stems, told = signs(phrase), signs(said)
    if part == "medium":
        grey = COLOURS & told and GREYS.search(phrase) and not GREYS.search(said.lower())
        return bool(grey or (IMAGINED & told and DOCUMENTARY.search(phrase)))
    if part == "palette":
        return False
    if any(map(told.isdisjoint, _needs(phrase))):
        return True
    if part == "view":
        figure = FIGURE in phrase and _kind(said) not in ACTING
        faced = bool(FACING.search(phrase)) and _kind(said) not in FACED
        return figure or faced or bool(ANGLES & stems - told) or _opposed(phrase, said)
    dull = bool(DULL & told and SUNNY & stems)
    modern = bool(MODERN & stems and OLD & told)
    return dull or modern or not agree(phrase, said)


@lru_cache(maxsize=2**10)
def _kind(said: str) -> str:
    """The kind of what a text is of: of a `wizard`, or of the tower in `wizard tower`."""
    found = ""
    for word in words(_head(said)):
        if kind := nouns().get(singular(word)):
            found = kind.name
        elif found:
            break
    return found


def _opposed(view: str, said: str) -> bool:
    """Whether a view is one thing of two that cannot both be, and what is said the other."""
    pairs = zip(_sides(view), _sides(said), strict=True)
    return any((one and their) or (other and my) for (one, other), (my, their) in pairs)


@cache
def _needs(phrase: str) -> list[frozenset[str]]:
    """The words that a phrase takes for granted: one of each set must be said."""
    return [needed for told, needed in NEEDED if told & signs(phrase)]


@lru_cache(maxsize=2**13)
def _sides(text: str) -> tuple[tuple[bool, bool], ...]:
    """For each two of `OPPOSITES`, whether a text speaks of the one, and of the other."""
    low = text.lower()
    return tuple((bool(one.search(low)), bool(other.search(low))) for one, other in OPPOSITES)


@cache
def _fitting(part: Part, family: str, work: str, place: str) -> Sequence[str]:
    """The phrases of a part for a family and a place; a work and what is drawn for itself have
    their own."""
    fitting = [
        phrase
        for phrase in load_finishes()
        if phrase.part == part
        and phrase.families & {family, ANY}
        and phrase.places & {work, place, ANY}
    ]
    for name in (work, place):
        if own := [phrase.text for phrase in fitting if name in OWN and name in phrase.places]:
            return own
    return [phrase.text for phrase in fitting if not phrase.places <= OWN]


@cache
def load_finishes() -> list[Phrase]:
    """The phrases that ship with Sparkloom."""
    rows = (line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines())
    return [
        Phrase(part, frozenset(families.split()), frozenset(places.split()), text)  # type: ignore[arg-type]
        for part, families, places, text in rows
    ]
