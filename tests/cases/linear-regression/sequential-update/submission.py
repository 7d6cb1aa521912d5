def predict(x, w, b):
    return w * x


def mse(y_pred, y):
    return ((y_pred - y) ** 2).sum()


def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    w, b, losses = w0, b0, []
    for _ in range(epochs):
        losses.append(((w * x + b - y) ** 2).mean().item())
        w = w - lr * 2 * ((w * x + b - y) * x).mean().item()
        b = b - lr * 2 * (w * x + b - y).mean().item()
    return w, b, losses
