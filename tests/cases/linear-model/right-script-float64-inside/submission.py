# %% [markdown]
# # A linear model and its training step
#
# A small model with tensors of its own, and one step of gradient descent that works for any such
# model. Write both with plain tensor operations and autograd: no `torch.nn` layers or losses, no
# `torch.optim`.

# %%
import torch

# %% [markdown]
# ## 1. The model (8 points)
#
# `Linear(n_in, n_out)` predicts X·w + b for X of shape (n, n_in). It has
#
# * `w`, a tensor of shape (n_in, n_out) with random values: two models differ;
# * `b`, a tensor of shape (n_out,), random or zero;
# * `params`, the list `[w, b]`: these very objects, in this order;
# * `forward(x)`, which returns the prediction, shape (n, n_out).
#
# `w` and `b` have torch's default dtype, and autograd tracks them: they are leaves that require
# grad. (4 points for the parameters, 4 for the prediction and its gradients.)


# %%
class Linear:
    def __init__(self, n_in, n_out):
        shapes = {"w": (n_in, n_out), "b": (n_out,)}
        self.__dict__.update(
            {k: torch.empty(s).normal_().requires_grad_() for k, s in shapes.items()}
        )
        self.params = [self.w, self.b]

    def forward(self, x):
        return torch.addmm(self.b, x, self.w)


# %% [markdown]
# ## 2. One step (6 points)
#
# `X` has shape (n, n_in), `y` has shape (n,), and `model.forward(X)` has shape (n, 1). The loss
# is the mean squared error of the squeezed prediction against `y`. Take one step of gradient
# descent with learning rate `lr`:
#
# * change the tensors in `model.params` in place, so that they stay the same objects and go on
#   being leaves that require grad;
# * leave no gradient behind: afterwards every `.grad` is None or zero;
# * return the loss *before* the update, as a number or a 0-d tensor.
#
# The step is tried on models that have only `forward(x)` and `params`, where `params` is
# `[w, b]` with w of shape (n_in, 1) and b of shape (1,), in the dtype of `X`.


# %%
def step(X, y, model, lr=0.1):
    residual = model.forward(X).squeeze().reshape(y.shape) - y
    loss = torch.einsum("i,i->", residual, residual) / y.numel()
    loss.backward()
    with torch.no_grad():
        for p in model.params:
            p.add_(p.grad, alpha=-lr)
            p.grad = None
    return loss.detach()


# %% [markdown]
# ## 3. Together (2 points)
#
# 1,500 points of one feature, y = coefficient · x + 2: thirty calls of `step` with your `Linear`
# recover the coefficient and the bias to 0.02.

# %%
# Try it here.
