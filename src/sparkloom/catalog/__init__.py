"""What Sparkloom keeps: assets, models and jobs, by project."""

from sparkloom.catalog.catalog import Catalog

__all__ = ["Catalog"]
