"""The ops in PyTorch, mostly its own functions as they are. NumPy arrays come here too, as tensors."""
