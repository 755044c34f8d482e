"""Notebooks, and how they are run."""
