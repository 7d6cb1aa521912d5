"""Only the largest diagonal entry of the Hessian is looked at."""




def max_learning_rate(X):
    curvature = 2 * (X**2).mean(dim=0)  # second derivative in each weight
    return 2 / curvature.max()


def behaviour(a, lr):
    factor = 1 - 2 * a * lr
    if factor > 0:
        return "monotone"
    if factor > -1:
        return "oscillating"
    return "diverging"
