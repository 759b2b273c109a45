"""The steps that bring an older catalog's tables up to date, run by Alembic at the start."""
