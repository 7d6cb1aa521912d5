"""Gradients of vectors and matrices: sums, maps, Jacobians, and what goes wrong."""

import torch

from grader.authoring import gradient, mistake, rewriting


def sum_of_squares(x):
    return (x**2).sum()


def linear_map(W, x):
    return (W @ x).sum()


def squared_map(W, x):
    return ((W @ x) ** 2).sum()


def weighted_squares(x, v):
    return (v * x**2).sum()


def jacobian(W, x):
    rows = range(W.shape[0])
    return torch.stack([gradient(lambda x, row=row: (W[row] @ x) ** 2, x) for row in rows])


# ---------------------------------------------------------------- mistakes


@mistake("sum_of_squares_gradient", "a missing factor 2")
def squares_without_factor(x):
    """The power comes down as a factor when you differentiate; yours is lost."""
    return x.clone()


@mistake("sum_of_squares_gradient", "the squares instead of their derivative")
def squares_themselves(x):
    """You return the squares. The task asks how fast their sum changes with each entry of x."""
    return x**2


@mistake("sum_of_squares_gradient", "the gradient of a mean")
def squares_averaged(x):
    """You differentiate the mean of the squares; the task asks for their sum."""
    return gradient(sum_of_squares, x) / x.numel()


@mistake("sum_of_squares_gradient", "the sum is squared, not the entries")
def squares_of_sum(x):
    """You add the entries first and square the sum. The task squares them one by one."""
    return gradient(lambda x: x.sum() ** 2, x)


@mistake("sum_of_squares_gradient", "the norm instead of its square")
def squares_under_root(x):
    """You differentiate the length of x, which is the root of the sum of the squares. The task asks
    for the sum itself."""
    return gradient(torch.linalg.vector_norm, x)


@mistake("sum_of_squares_gradient", "flat")
def squares_flat(x):
    """The numbers are right, but in one row. The gradient has the shape of x."""
    return gradient(sum_of_squares, x).reshape(-1)


@mistake("sum_of_squares_gradient", "the gradient is cleared before it is returned")
def squares_cleared(x):
    """You return the very tensor that you clear afterwards. Keep a clone of it."""
    return torch.zeros_like(x)


def _linear(W, x):
    return gradient(linear_map, W, x)


@mistake("linear_map_gradients", "dL/dW transposed")
def linear_transposed(W, x):
    """dL/dx is right. dL/dW must have the shape of W; yours is the other way round."""
    dW, dx = _linear(W, x)
    return dW.T, dx


@mistake("linear_map_gradients", "dL/dW in the right shape, its numbers in the wrong places")
def linear_reshaped(W, x):
    """dL/dx is right. The shape of dL/dW fits too, but reshaping a matrix does not transpose it."""
    dW, dx = _linear(W, x)
    return dW.T.reshape(W.shape), dx


@mistake("linear_map_gradients", "the two gradients swapped")
def linear_swapped(W, x):
    """Both gradients are right but in the other order: first dL/dW, then dL/dx."""
    dW, dx = _linear(W, x)
    return dx, dW


@mistake("linear_map_gradients", "one row instead of the matrix")
def linear_row(W, x):
    """dL/dx is right. dL/dW has the shape of W: every row of W takes part in the sum."""
    _, dx = _linear(W, x)
    return x.clone(), dx


@mistake("linear_map_gradients", "W is added along the other axis")
def linear_rows_added(W, x):
    """dL/dW is right. dL/dx has one number for each entry of x, and each entry meets a column of
    W; you add up the rows."""
    dW, _ = _linear(W, x)
    return dW, W.sum(1)


@mistake("linear_map_gradients", "the gradients of a mean")
def linear_averaged(W, x):
    """You differentiate the mean of the entries of W x; the task asks for their sum."""
    dW, dx = _linear(W, x)
    return dW / W.shape[0], dx / W.shape[0]


def _squared(W, x):
    return gradient(squared_map, W, x)


@mistake("squared_map_gradients", "a missing factor 2")
def squared_without_factor(W, x):
    """The entries are squared, and differentiating a square brings a factor down; yours is lost."""
    dW, dx = _squared(W, x)
    return dW / 2, dx / 2


@mistake("squared_map_gradients", "the sum is squared, not the entries")
def squared_sum(W, x):
    """You add the entries of W x first and square the sum. The task squares them one by one."""
    return gradient(lambda W, x: (W @ x).sum() ** 2, W, x)


@mistake("squared_map_gradients", "every product is squared")
def squared_products(W, x):
    """You square each W[i, j]·x[j] and add up. The task adds up along a row first: it squares the
    entries of W x."""
    return gradient(lambda W, x: ((W * x) ** 2).sum(), W, x)


@mistake("squared_map_gradients", "the square itself in dL/dx")
def squared_kept(W, x):
    """dL/dW is right. In dL/dx the entries of W x are still squared: what does differentiating a
    square leave of it?"""
    dW, _ = _squared(W, x)
    return dW, 2 * W.T @ (W @ x) ** 2


@mistake("squared_map_gradients", "the squares are left out")
def squared_linear(W, x):
    """You differentiate the sum of the entries of W x without squaring them."""
    return _linear(W, x)


@mistake("squared_map_gradients", "dL/dW transposed")
def squared_transposed(W, x):
    """dL/dx is right. dL/dW must have the shape of W; yours is the other way round."""
    dW, dx = _squared(W, x)
    return dW.T, dx


@mistake("squared_map_gradients", "dL/dW in the right shape, its numbers in the wrong places")
def squared_reshaped(W, x):
    """dL/dx is right. The shape of dL/dW fits too, but reshaping a matrix does not transpose it."""
    dW, dx = _squared(W, x)
    return dW.T.reshape(W.shape), dx


@mistake("squared_map_gradients", "the two gradients swapped")
def squared_swapped(W, x):
    """Both gradients are right but in the other order: first dL/dW, then dL/dx."""
    dW, dx = _squared(W, x)
    return dx, dW


@mistake("squared_map_gradients", "the gradients of a mean")
def squared_averaged(W, x):
    """You differentiate the mean of the squares; the task asks for their sum."""
    dW, dx = _squared(W, x)
    return dW / W.shape[0], dx / W.shape[0]


@mistake("vector_jacobian_product", "v is ignored")
def product_without_v(x, v):
    """Your result does not depend on v: you add the rows of J where v should weight them."""
    return gradient(sum_of_squares, x)


@mistake("vector_jacobian_product", "v counts twice")
def product_with_v_twice(x, v):
    """v enters your result twice: weight the outputs or hand v to backward, not both."""
    return gradient(weighted_squares, x, v * v)[0]


@mistake("vector_jacobian_product", "a missing factor 2")
def product_without_factor(x, v):
    """The power comes down as a factor when you differentiate; yours is lost."""
    return v * x


@mistake("vector_jacobian_product", "the product is summed up")
def product_summed(x, v):
    """vᵀJ has one entry for each entry of x; you add them up to a single number."""
    return (v * gradient(sum_of_squares, x)).sum()


@mistake("vector_jacobian_product", "the whole Jacobian")
def product_unfinished(x, v):
    """You return a matrix. The task asks for its product with v, a vector in the shape of x."""
    return torch.diag(gradient(sum_of_squares, x))


@mistake("jacobian", "the Jacobian transposed")
def jacobian_transposed(W, x):
    """The numbers are right, but a Jacobian has a row for each output, a column for each input."""
    return jacobian(W, x).T


@mistake("jacobian", "the rows added up")
def jacobian_summed(W, x):
    """You return the gradient of the sum of all outputs. Each output has a row of its own."""
    return jacobian(W, x).sum(0)


@mistake("jacobian", "rows pile up")
def jacobian_accumulated(W, x):
    """The first row is right; each further one holds those before it too: .grad adds up."""
    return jacobian(W, x).cumsum(0)


@mistake("jacobian", "one and the same tensor for every row")
def jacobian_aliased(W, x):
    """Every row shows the last one: you keep .grad itself, one tensor that is cleared and filled
    again in place. Keep clones of it."""
    return jacobian(W, x)[-1:].expand(len(W), -1)


@mistake("jacobian", "the squares are left out")
def jacobian_linear(W, x):
    """You return the Jacobian of W x. The entries of y are squares."""
    return W.clone()


@mistake("jacobian", "a missing factor 2")
def jacobian_without_factor(W, x):
    """The entries are squared, and differentiating a square brings a factor down; yours is lost."""
    return jacobian(W, x) / 2


@mistake("jacobian", "the derivatives with respect to W")
def jacobian_of_w(W, x):
    """You differentiate with respect to W. The task asks for the derivatives with respect to x."""
    rows = range(W.shape[0])
    return torch.stack([gradient(lambda W, row=row: (W[row] @ x) ** 2, W) for row in rows])


# ---------------------------------------------------------------- other right ways


@rewriting("linear_map_gradients")
def linear_by_formula(W, x):
    return [x.expand(W.shape), W.sum(0)]


@rewriting("squared_map_gradients")
def squared_by_formula(W, x):
    y = W @ x
    return 2 * torch.outer(y, x), 2 * W.T @ y


@rewriting("squared_map_gradients")
def squared_by_loops(W, x):
    W, x = W.tolist(), x.tolist()
    y = [sum(w * t for w, t in zip(row, x, strict=True)) for row in W]
    dW = [[2 * value * t for t in x] for value in y]
    dx = [
        sum(2 * value * row[column] for value, row in zip(y, W, strict=True))
        for column in range(len(x))
    ]
    return torch.tensor(dW), torch.tensor(dx)


@rewriting("jacobian")
def jacobian_by_formula(W, x):
    return 2 * (W @ x)[:, None] * W
