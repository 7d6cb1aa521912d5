"""The derivative of tanh is taken as 1 − tanh instead of 1 − tanh²."""

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


cube = Cube.apply


class ScaledTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, a):
        ctx.save_for_backward(x, a)
        return torch.tanh(x).mul(a)

    @staticmethod
    def backward(ctx, grad_output):
        x, a = ctx.saved_tensors
        t = torch.tanh(x)
        local = a * (1 - t)
        return local * grad_output, torch.sum(t * grad_output)


def scaled_tanh(x, a):
    """a·tanh(x) through the class above."""
    layer = ScaledTanh.apply
    return layer(x, a)
