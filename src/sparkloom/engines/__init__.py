"""Who writes. An engine goes on from a text; it knows no mode and no request."""

from sparkloom.engines.engine import Draft, Engine, Order, Task, open_engine

__all__ = ["Draft", "Engine", "Order", "Task", "open_engine"]
