"""Layer normalisation and a recurrent cell. No mistakes are declared: that is the point of it."""

import torch


def layer_norm(X, gamma, beta, eps):
    centred = X - X.mean(1, keepdim=True)
    return gamma * centred / torch.sqrt((centred**2).mean(1, keepdim=True) + eps) + beta


def weighed_norm(X, gamma, beta, eps, dY):
    """The loss whose gradient by Y is dY."""
    return (layer_norm(X, gamma, beta, eps) * dY).sum()


def rnn_step(X, h, Wx, Wh, b):
    return torch.tanh(X @ Wx + h @ Wh + b)


def weighed_step(X, h, Wx, Wh, b, dH):
    """The loss whose gradient by the next state is dH."""
    return (rnn_step(X, h, Wx, Wh, b) * dH).sum()
