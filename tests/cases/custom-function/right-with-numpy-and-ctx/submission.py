import numpy as np
import torch


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x**2

    @staticmethod
    def backward(ctx, grad_output):
        x = ctx.saved_tensors[0]
        return (3 * x**2).mul(grad_output)


def cube(x):
    return Cube.apply(x)


class ScaledTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, a):
        ctx.t = np.tanh(x.detach().numpy())
        ctx.a = a.item()
        ctx.dtype = x.dtype
        return torch.as_tensor(ctx.a * ctx.t, dtype=x.dtype)

    @staticmethod
    def backward(ctx, grad_output):
        g = grad_output.detach().numpy()
        grad_x = torch.as_tensor(g * ctx.a * (1 - ctx.t**2), dtype=ctx.dtype)
        return grad_x, torch.as_tensor((g * ctx.t).sum(), dtype=ctx.dtype)


def scaled_tanh(x, a):
    return ScaledTanh.apply(x, a)
