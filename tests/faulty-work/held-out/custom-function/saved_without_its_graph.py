# backward of Cube detaches the saved x, so the gradient of the gradient is wrong.

# %%
import torch


# %%
class Cube(torch.autograd.Function):
    """x * x * x and, on the way back, 3 * x * x."""

    @staticmethod
    def forward(x):
        return x * x * x

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad_output):
        x = ctx.saved_tensors[0].detach()
        slope = 3 * x * x
        return slope * grad_output


# %%
def cube(x):
    return Cube.apply(x)


# %%
class ScaledTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, a):
        ctx.save_for_backward(x, a)
        return a * x.tanh()

    @staticmethod
    def backward(ctx, grad_output):
        x, a = ctx.saved_tensors
        for_x = for_a = None
        if ctx.needs_input_grad[0]:
            for_x = a * grad_output / torch.cosh(x) ** 2
        if ctx.needs_input_grad[1]:
            for_a = torch.sum(x.tanh() * grad_output)
        return for_x, for_a


# %%
def scaled_tanh(x, a):
    return ScaledTanh.apply(x, a)
