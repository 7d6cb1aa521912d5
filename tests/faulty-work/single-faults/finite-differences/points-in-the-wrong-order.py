"""The lower point is the minuend, so the sign is wrong."""

import itertools

import torch


def central_difference(f, x, h=1e-5):
    left, right = f(x - h), f(x + h)
    return (left - right) / (2 * h)


def numerical_gradient(f, x, h=1e-5):
    start = x.detach()
    grad = torch.empty_like(start)
    for index in itertools.product(*(range(s) for s in start.shape)):
        plus = start.clone()
        minus = start.clone()
        plus[index] += h
        minus[index] -= h
        grad[index] = ((f(plus) - f(minus)) / (2 * h)).detach()
    return grad


def gradients_agree(analytic, numeric, tolerance=1e-5):
    error = (analytic - numeric).norm().item()
    scale = max(analytic.norm().item(), numeric.norm().item())
    return error <= tolerance * scale
