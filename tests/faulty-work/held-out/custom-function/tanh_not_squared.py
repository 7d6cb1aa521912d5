"""The derivative of tanh is written as 1 - tanh instead of 1 - tanh squared."""

import torch


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * 3 * x**2


def cube(x):
    """Return x cubed."""
    operation = Cube.apply
    return operation(x)


class ScaledTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, a):
        t = torch.tanh(x)
        ctx.save_for_backward(t, a)
        return a * t

    @staticmethod
    def backward(ctx, grad_output):
        t, a = ctx.saved_tensors
        grad_x = grad_output * a * (1 - t)
        grad_a = (grad_output * t).sum()
        return grad_x, grad_a


def scaled_tanh(x, a):
    return ScaledTanh.apply(x, a)
