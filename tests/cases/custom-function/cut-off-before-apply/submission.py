import torch


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.slope = 3 * x**2
        return x**3

    @staticmethod
    def backward(ctx, grad_output):
        return ctx.slope * grad_output


def cube(x):
    return Cube.apply(x.detach())


class ScaledTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, a):
        ctx.save_for_backward(torch.tanh(x), a)
        return a * torch.tanh(x)

    @staticmethod
    def backward(ctx, grad_output):
        t, a = ctx.saved_tensors
        return grad_output * a * (1 - t**2), (grad_output * t).sum()


def scaled_tanh(x, a):
    return ScaledTanh.apply(x, a.detach())
