"""A package, so that `test_assets.py` here and at the door are two modules."""
