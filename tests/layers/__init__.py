"""Tests of `bridge.layers`, and of layers that users write."""
