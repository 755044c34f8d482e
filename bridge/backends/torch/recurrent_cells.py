"""Overrides of `bridge.ops.recurrent_cells` for PyTorch."""

import torch

gru_cell = torch.gru_cell
lstm_cell = torch.lstm_cell
rnn_relu_cell = torch.rnn_relu_cell
rnn_tanh_cell = torch.rnn_tanh_cell
