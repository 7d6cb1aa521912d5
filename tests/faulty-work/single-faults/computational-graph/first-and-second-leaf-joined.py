"""x and y are both given a's gradient times two."""




def graph_gradients(x, y, w):
    w = w.detach().clone().requires_grad_(True)
    a = (x + y).detach().requires_grad_(True)
    z = a * w
    z.backward()
    # a is made of two leaves
    spread = 2 * a.grad
    return spread, spread, w.grad, a.grad


def dynamic_gradient(x, condition):
    leaf = x.clone().detach().requires_grad_(True)
    y = leaf**2 if condition else leaf**3
    y.backward()
    return leaf.grad
