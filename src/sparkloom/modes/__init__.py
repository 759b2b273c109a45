"""How to write: a mode turns a request into a task, and a draft into a candidate."""

from sparkloom.modes.mode import Candidate, WritingMode, mode_for

__all__ = ["Candidate", "WritingMode", "mode_for"]
