"""Who writes. An engine goes on from a text; it knows no mode and no request."""

from sparkloom.engines.engine import Brief, Draft, Engine, Order, Task, open_engine
from sparkloom.engines.engines import Engines

__all__ = ["Brief", "Draft", "Engine", "Engines", "Order", "Task", "open_engine"]
