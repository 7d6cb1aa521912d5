"""Other right ways to write it."""

import torch

from grader.authoring import rewriting

from .functions import ScaledTanh


@rewriting("Cube")
class CubeByAutograd(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return x * x * x

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        again = torch.is_grad_enabled()
        with torch.enable_grad():
            at = x if x.requires_grad else x.detach().requires_grad_()
            return torch.autograd.grad(at**3, at, upstream, create_graph=again)[0]


@rewriting("ScaledTanh")
class TanhByAutograd(torch.autograd.Function):
    forward = ScaledTanh.forward

    @staticmethod
    def backward(ctx, upstream):
        x, a = (t.detach().requires_grad_() for t in ctx.saved_tensors)
        with torch.enable_grad():
            return torch.autograd.grad(a * torch.tanh(x), (x, a), upstream)


@rewriting("ScaledTanh")
class TanhUnsummed(torch.autograd.Function):
    """Autograd itself adds up what a backward returns, down to the shape of the input."""

    forward = ScaledTanh.forward

    @staticmethod
    def backward(ctx, upstream):
        x, a = ctx.saved_tensors
        level = torch.tanh(x)
        return upstream * a * (1 - level**2), upstream * level
