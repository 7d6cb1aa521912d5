# The scale stands inside: tanh(a·x) instead of a·tanh(x), with fitting gradients.

# %%
import torch


# %%
class Cube(torch.autograd.Function):
    """x³ with the derivative 3x²."""

    @staticmethod
    def forward(ctx, inp):
        ctx.save_for_backward(inp)
        return inp * inp * inp

    @staticmethod
    def backward(ctx, upstream):
        (inp,) = ctx.saved_tensors
        local = 3.0 * inp * inp
        return local * upstream


# %%
cube = Cube.apply


# %%
class ScaledTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, a):
        t = torch.tanh(a * x)
        ctx.save_for_backward(x, a, t)
        return t

    @staticmethod
    def backward(ctx, grad_output):
        x, a, t = ctx.saved_tensors
        common = grad_output * (1 - t**2)
        return common * a, (common * x).sum()


# %%
def scaled_tanh(x, a):
    """a·tanh(x) through the class above."""
    layer = ScaledTanh.apply
    return layer(x, a)
