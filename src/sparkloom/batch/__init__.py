"""Batches: a file of requests, a row each, made into a file of the same kind with the answers."""

from sparkloom.batch.run import Status, run_batch

__all__ = ["Status", "run_batch"]
