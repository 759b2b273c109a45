"""The hand-written prompts, and finding those nearest to a spark."""

from sparkloom.bank.bank import Bank, load_bank

__all__ = ["Bank", "load_bank"]
