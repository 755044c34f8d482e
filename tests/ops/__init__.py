"""Tests of `bridge.ops` and its backends."""
