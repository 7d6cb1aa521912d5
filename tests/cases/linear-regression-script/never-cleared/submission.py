import torch

x = torch.arange(1.0, 5.0)
y = 2 * x
w = torch.tensor(0.0, requires_grad=True)
b = torch.tensor(0.0, requires_grad=True)

for epoch in range(100):
    loss = ((w * x + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.01 * w.grad
        b -= 0.01 * b.grad
    if (epoch + 1) % 10 == 0:
        print(f"epoch {epoch + 1:3d}   loss {loss.item():.4f}")
