"""scaled_tanh turns a into a number, so no gradient reaches a."""

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
    return Cube.apply(x)


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
    scale = torch.as_tensor(a.item(), dtype=x.dtype)
    return ScaledTanh.apply(x, scale)
