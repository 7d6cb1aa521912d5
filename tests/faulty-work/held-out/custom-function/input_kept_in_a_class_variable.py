"""Cube keeps its input in a variable of the class, which the next call overwrites while the first graph is alive."""

import torch


class Cube(torch.autograd.Function):
    saved = None

    @staticmethod
    def forward(ctx, x):
        Cube.saved = x
        return x.pow(3)

    @staticmethod
    def backward(ctx, grad_output):
        return 3 * Cube.saved.pow(2) * grad_output


def cube(x):
    return Cube.apply(x)


class ScaledTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, a):
        t = torch.tanh(x)
        ctx.save_for_backward(t, a)
        return a * t

    @staticmethod
    def backward(ctx, grad_output):
        t, a = ctx.saved_tensors
        grad_x = grad_output * a * (1 - t**2)
        grad_a = (grad_output * t).sum()
        return grad_x, grad_a


def scaled_tanh(x, a):
    return ScaledTanh.apply(x, a)
