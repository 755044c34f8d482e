"""How each framework does the ops: a folder a framework, with the files and function names of `bridge/ops`.

A function here overrides the op of its name; an op without an override runs its reference body.
"""
