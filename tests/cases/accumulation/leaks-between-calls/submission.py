def accumulate_then_reset(x):
    x.requires_grad_()
    (x**2).backward()
    first = x.grad.clone()
    (x**3).backward()
    accumulated = x.grad.clone()
    x.grad.zero_()
    (x**3).backward()
    return first, accumulated, x.grad.clone()


def gradients_without_leak(f, xs):
    for x in xs:
        x.requires_grad_()
        f(x).backward()
    return [x.grad for x in xs]
