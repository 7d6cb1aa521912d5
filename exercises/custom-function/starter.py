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

# %% [markdown]
# ## 1. The cube (9 points)
#
# `Cube.apply(x)` is x³, element by element. Its gradient can be differentiated once more, so
# `gradcheck` *and* `gradgradcheck` accept it. (2 points for the value, 4 for the gradient, 3 for
# the second one.)


# %%
class Cube(torch.autograd.Function):
    """x³, with a backward of its own."""

    @staticmethod
    def forward(ctx, x):
        raise NotImplementedError

    @staticmethod
    def backward(ctx, grad_output):
        raise NotImplementedError


# %% [markdown]
# ## 2. The cube as a function (2 points)
#
# `cube(x)` returns x³ by way of `Cube`.


# %%
def cube(x):
    """Return x³, computed by Cube."""
    raise NotImplementedError


# %% [markdown]
# ## 3. A scaled tanh (7 points)
#
# `ScaledTanh.apply(x, a)` is a·tanh(x) for x of any shape and a 0-d tensor a. Gradients flow to
# x and to a; each has the shape of its tensor, and either of the two may not need one.
# `gradcheck` accepts it. (2 points for the value, 2 for the gradient for x, 3 for that for a.)


# %%
class ScaledTanh(torch.autograd.Function):
    """a·tanh(x), with a backward of its own."""

    @staticmethod
    def forward(ctx, x, a):
        raise NotImplementedError

    @staticmethod
    def backward(ctx, grad_output):
        raise NotImplementedError


# %% [markdown]
# ## 4. The scaled tanh as a function (2 points)
#
# `scaled_tanh(x, a)` returns a·tanh(x) by way of `ScaledTanh`.


# %%
def scaled_tanh(x, a):
    """Return a·tanh(x), computed by ScaledTanh."""
    raise NotImplementedError
