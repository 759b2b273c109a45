"""Who writes. An engine goes on from a text; it knows no mode and no request."""

from sparkloom.engines.engine import FREE_RUN, Brief, Draft, Engine, Order, Task, open_engine
from sparkloom.engines.engines import Engines

__all__ = ["FREE_RUN", "Brief", "Draft", "Engine", "Engines", "Order", "Task", "open_engine"]
