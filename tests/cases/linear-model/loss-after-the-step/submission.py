import torch

Linear = None


def step(X, y, model, lr=0.1):
    def loss_of():
        return ((model.forward(X).squeeze() - y) ** 2).mean()

    loss_of().backward()
    with torch.no_grad():
        for p in model.params:
            p -= lr * p.grad
            p.grad = None
    return loss_of()
