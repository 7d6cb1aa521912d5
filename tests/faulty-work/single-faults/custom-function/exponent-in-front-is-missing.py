# The factor 3 is missing in the backward of Cube.

# %%
import torch


# %%
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x * x

    @staticmethod
    def backward(ctx, grad_output):
        x = ctx.saved_tensors[0]
        return grad_output * torch.square(x)


# %%
def cube(x):
    return Cube.apply(x)


# %%
class ScaledTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, a):
        t = x.tanh()
        ctx.save_for_backward(t, a)
        return t * a

    @staticmethod
    def backward(ctx, g):
        t, a = ctx.saved_tensors
        for_x = for_a = None
        if ctx.needs_input_grad[0]:
            for_x = g * a * (1 - t * t)
        if ctx.needs_input_grad[1]:
            for_a = torch.sum(g * t)
        return for_x, for_a


# %%
def scaled_tanh(x, a):
    """a·tanh(x) through the class above."""
    layer = ScaledTanh.apply
    return layer(x, a)
