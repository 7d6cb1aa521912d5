import torch


class Cube(torch.autograd.Function):
    saved = None

    @staticmethod
    def forward(ctx, x):
        Cube.saved = x
        return x**3

    @staticmethod
    def backward(ctx, grad_output):
        return 3 * Cube.saved**2 * grad_output


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
        return grad_output * a * (1 - t**2), grad_output * t
