"""What a picture has one of: an hour, a weather, a season, a mood and a land."""

from __future__ import annotations

from functools import lru_cache

from sparkloom.bank.terms import signs

HOURS = {
    "night": signs(
        "night 1am 2am 3am 4am moon moonlit moonlight star starlight midnight nocturnal "
        "constellation nightfall lantern candle torch torchlight lamp firelight campfire neon "
        "headlight bluehour candlelight lamplight"
    ),
    "evening": signs(
        "dusk twilight sunset sundown nightfall evening afterglow lantern candle torch torchlight "
        "lamp firelight campfire neon headlight bluehour candlelight lamplight"
    ),
    "day": signs(
        "sun sunlit sunlight noon midday daylight afternoon morning sunrise day daybreak dawn "
        "goldenhour magichour"
    ),
}
"""Hours that exclude each other."""

WEATHER = {
    "rain": signs("rain downpour drizzle cloudburst hail umbrella storm wet dripping lightning"),
    "snow": signs("snow snowfall blizzard frost ice icicle frozen snowflake sleet"),
    "sun": signs("sunlit sunlight heat heatwave drought sunshine sunny sun noon goldenhour"),
    "fog": signs("fog mist haze"),
}
SEASONS = {
    "winter": signs(
        "winter snow ice frost icicle christmas frozen january december blizzard snowplough "
        "snowdrift snowfield snowed sleet ski sledge midwinter"
    ),
    "spring": signs("spring blossom bloom blooming april tulip may"),
    "summer": signs("summer heat heatwave drought july august hay june midsummer"),
    "autumn": signs("autumn october november september harvest windfall fallen"),
}
MOODS = {
    "wild": signs("storm stormy rough raging wild gale squall tempest hurricane"),
    "calm": signs("calm still ripple peaceful serene quiet glass clear reflected"),
}
SETTINGS = {
    "mountains": signs("mountain alpine summit peak"),
    "coast": signs("sea seaside coast shore surf spray gull tide harbour beach ocean jetty"),
    "desert": signs("desert dune sahara"),
    "woods": signs("woods forest jungle rainforest"),
}


def agree(one: str, *others: str) -> bool:
    """Whether a text speaks of the hour, weather, season, mood and land of others, where it does.

    Args:
        others: of each of these, the first text that speaks of it counts.
    """
    for ones, *told in zip(*map(_circumstances, (one, *others)), strict=True):
        theirs = next(filter(None, told), ones)
        if ones and ones.isdisjoint(theirs):
            return False
    return True


@lru_cache(maxsize=2**16)
def _circumstances(text: str) -> tuple[frozenset[str], ...]:
    """The hours, weathers, seasons, moods and lands that a text speaks of."""
    stems = signs(text)
    return tuple(
        frozenset(name for name, told in group.items() if told & stems)
        for group in (HOURS, WEATHER, SEASONS, MOODS, SETTINGS)
    )
