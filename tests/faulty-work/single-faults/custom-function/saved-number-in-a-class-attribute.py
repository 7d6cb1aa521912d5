"""The input is kept on the class, so the newest call overwrites what an older graph needs."""

import torch


class Cube(torch.autograd.Function):
    last = None

    @staticmethod
    def forward(ctx, x):
        Cube.last = x
        return x**3

    @staticmethod
    def backward(ctx, grad_output):
        x = Cube.last
        return 3 * x**2 * grad_output


cube = Cube.apply


class ScaledTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, a):
        ctx.save_for_backward(x, a)
        return a * torch.tanh(x)

    @staticmethod
    def backward(ctx, grad_output):
        x, a = ctx.saved_tensors
        t = torch.tanh(x)
        grad_x = grad_output * a * (1 - t**2)
        grad_a = (grad_output * t).sum()
        return grad_x, grad_a


def scaled_tanh(x, a):
    """a·tanh(x) through the class above."""
    layer = ScaledTanh.apply
    return layer(x, a)
