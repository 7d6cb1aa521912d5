# The derivative uses 1 − (a·tanh x)², the scaled output instead of tanh x.

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
        out = a * torch.tanh(x)
        ctx.save_for_backward(x, a, out)
        return out

    @staticmethod
    def backward(ctx, grad_output):
        x, a, out = ctx.saved_tensors
        grad_x = grad_output * a * (1 - out * out)
        grad_a = (grad_output * torch.tanh(x)).sum()
        return grad_x, grad_a


# %%
def scaled_tanh(x, a):
    return ScaledTanh.apply(x, a)
