import torch


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        with torch.enable_grad():
            t = x.detach().requires_grad_()
            (slope,) = torch.autograd.grad((t**3).sum(), t)
        return slope * grad_output


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


def scaled_tanh(x, a):
    return ScaledTanh.apply(x, a)
