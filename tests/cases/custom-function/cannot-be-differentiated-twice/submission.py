import torch


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.x = x.detach().numpy()
        return x**3

    @staticmethod
    def backward(ctx, grad_output):
        return torch.as_tensor(3 * ctx.x**2) * grad_output.detach()


cube = Cube.apply


class ScaledTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, a):
        ctx.save_for_backward(x, a)
        return a * torch.tanh(x)

    @staticmethod
    def backward(ctx, grad_output):
        raise NotImplementedError
