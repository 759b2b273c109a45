"""Protected names: finding them, and describing what they stand for instead."""

from sparkloom.protection.clearing import Cleared, Clearing
from sparkloom.protection.detector import Detector
from sparkloom.protection.finding import Finding
from sparkloom.protection.report import report, reported
from sparkloom.protection.wording import Replacement

__all__ = [
    "Cleared",
    "Clearing",
    "Detector",
    "Finding",
    "Replacement",
    "report",
    "reported",
]
