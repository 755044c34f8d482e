"""Tests of the core: pure application, imports, docstrings."""
