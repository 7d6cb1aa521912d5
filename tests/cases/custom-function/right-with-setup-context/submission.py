import torch


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return x * x * x

    @staticmethod
    def setup_context(ctx, inputs, output):
        (x,) = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 3.0 * x * x * g


def cube(x):
    y = Cube.apply(x)
    return y * 1


class ScaledTanh(torch.autograd.Function):
    @staticmethod
    def forward(x, a):
        return a * torch.tanh(x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, g):
        x, a = ctx.saved_tensors
        return a * g / torch.cosh(x) ** 2, torch.sum(torch.tanh(x) * g)


def scaled_tanh(x, a):
    return ScaledTanh.apply(x, a)
