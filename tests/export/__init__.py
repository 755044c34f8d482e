"""Proves the exported files in their official runtimes."""
