"""Who looks at images. Eyes describe a picture; they know no mode and no request."""

from sparkloom.vision.description import Colour, ImageDescription
from sparkloom.vision.eyes import Eyes, open_eyes

__all__ = ["Colour", "Eyes", "ImageDescription", "open_eyes"]
