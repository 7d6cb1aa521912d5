# %% [markdown]
# # Autograd functions of your own
#
# Teach autograd a new operation: a subclass of `torch.autograd.Function` says how its value is
# computed (`forward`) and how a gradient travels back through it (`backward`, by hand). A class
# is used through its `apply`, for example `Cube.apply(x)`.
#
# Inputs have any floating dtype, and x has any shape. The value of an operation may be used in
# any further computation, so `backward` receives any gradient. Several graphs may be alive at
# once. Check yourself with `torch.autograd.gradcheck`, in float64.

# %%
import torch
from torch.autograd import Function

# %% [markdown]
# ## 1. The cube (9 points)
#
# `Cube.apply(x)` is x³, element by element. Its gradient can be differentiated once more, so
# `gradcheck` *and* `gradgradcheck` accept it. (2 points for the value, 4 for the gradient, 3 for
# the second one.)


# %%
class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.einsum("...,...,...->...", x, x, x)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output.mul(x.square().mul(3))


# %% [markdown]
# ## 2. The cube as a function (2 points)
#
# `cube(x)` returns x³ by way of `Cube`.


# %%
def cube(x):
    return Cube.apply(x)


# %% [markdown]
# ## 3. A scaled tanh (7 points)
#
# `ScaledTanh.apply(x, a)` is a·tanh(x) for x of any shape and a 0-d tensor a. Gradients flow to
# x and to a; each has the shape of its tensor, and either of the two may not need one.
# `gradcheck` accepts it. (2 points for the value, 2 for the gradient for x, 3 for that for a.)


# %%
class ScaledTanh(Function):
    @staticmethod
    def forward(ctx, x, a):
        y = torch.tanh(x)
        ctx.save_for_backward(y, a)
        return y * a

    @staticmethod
    def backward(ctx, grad_output):
        y, a = ctx.saved_tensors
        return a * grad_output.addcmul(grad_output, y.square(), value=-1), torch.tensordot(
            grad_output, y, dims=y.dim()
        )


# %% [markdown]
# ## 4. The scaled tanh as a function (2 points)
#
# `scaled_tanh(x, a)` returns a·tanh(x) by way of `ScaledTanh`.


# %%
def scaled_tanh(x, a):
    return ScaledTanh.apply(x, a)
