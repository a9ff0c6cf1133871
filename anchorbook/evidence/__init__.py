"""The arithmetic behind the notebooks and the checks."""
