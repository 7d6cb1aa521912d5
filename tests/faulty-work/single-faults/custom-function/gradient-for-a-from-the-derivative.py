# The gradient for a is summed over 1 − tanh² instead of over tanh.

# %%
import torch


# %%
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * 3 * x**2


# %%
def cube(x):
    return Cube.apply(x)


# %%
class ScaledTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, a):
        t = torch.tanh(x)
        ctx.save_for_backward(t, a)
        return a * t

    @staticmethod
    def backward(ctx, grad_output):
        t, a = ctx.saved_tensors
        inner = grad_output * (1 - t**2)
        return inner * a, inner.sum()


# %%
def scaled_tanh(x, a):
    return ScaledTanh.apply(x, a)
