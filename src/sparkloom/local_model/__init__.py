"""The embedded engine's own model: built once, kept in the cache, checked at every use."""

from sparkloom.local_model.store import LocalModel, find_model, local_model, remove_models

__all__ = ["LocalModel", "find_model", "local_model", "remove_models"]
