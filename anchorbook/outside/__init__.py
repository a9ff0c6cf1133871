"""Addresses outside the book: do they still answer? Asked now and then by a job of its own, never by a build."""
