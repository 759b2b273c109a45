"""`python -m sparkloom`."""

from sparkloom.cli import app

app()
