import torch

device = torch.device("cuda:0")
torch.cuda.manual_seed(0)
torch.cuda.synchronize()


def cubic_gradients(a, b):
    a, b = (t.detach().clone().to(device).requires_grad_() for t in (a, b))
    da, db = torch.autograd.grad(a**3 - b**2 + 3, (a, b))
    return da.cpu(), db.cuda()


def sum_of_squares_gradients(a, b):
    a = torch.tensor(a.item(), dtype=a.dtype, device="mps", requires_grad=True)
    b = torch.tensor(b.item(), dtype=b.dtype, device="cuda", requires_grad=True)
    return torch.autograd.grad(a**2 + b**2, (a, b))


def square_gradient(x):
    x = x.detach().clone().cuda().requires_grad_()
    (x**2).backward()
    return x.grad
