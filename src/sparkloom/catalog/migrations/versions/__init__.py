"""One step a file, `v0001_what.py`, with the version in its name and in `revision`."""
