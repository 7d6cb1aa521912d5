"""cube returns x to the third directly and does not go through Cube."""

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
    return x**3


class ScaledTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, a):
        ctx.save_for_backward(x, a)
        return a * x.tanh()

    @staticmethod
    def backward(ctx, grad_output):
        x, a = ctx.saved_tensors
        for_x = for_a = None
        if ctx.needs_input_grad[0]:
            for_x = a * grad_output / torch.cosh(x) ** 2
        if ctx.needs_input_grad[1]:
            for_a = torch.sum(x.tanh() * grad_output)
        return for_x, for_a


def scaled_tanh(x, a):
    return ScaledTanh.apply(x, a)
