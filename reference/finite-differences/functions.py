"""Finite differences and the comparison of gradients, and what goes wrong."""

import torch


def central_difference(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


def numerical_gradient(f, x, h=1e-5):
    return by_coordinate(f, x, lambda g, t: central_difference(g, t, h))


def by_coordinate(f, x, quotient):
    """Apply a difference quotient to every coordinate of x."""
    x = x.detach()
    found = torch.zeros_like(x)
    for k in range(x.numel()):

        def along(t, k=k):
            moved = x.clone()
            moved.view(-1)[k] += t
            return f(moved)

        found.view(-1)[k] = quotient(along, 0.0)
    return found


def gradients_agree(analytic, numeric, tolerance=1e-5):
    scale = float(torch.linalg.vector_norm(analytic) + torch.linalg.vector_norm(numeric))
    return scale == 0 or float(torch.linalg.vector_norm(analytic - numeric)) <= tolerance * scale
