"""backward of Cube returns 3x squared and does not multiply by grad_output."""

import torch


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return 3 * x**2


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
