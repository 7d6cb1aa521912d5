"""Second derivatives and Hessian-vector products, and what goes wrong."""

import torch

from grader.authoring import gradient, mistake, probe, rewriting


def slope(f, x):
    """Return the gradient of f at x, itself differentiable where f depends on x."""
    at = x if x.requires_grad else x.detach().requires_grad_()
    return torch.autograd.grad(f(at), at, create_graph=True)[0]


def second_derivative(f, x):
    return gradient(lambda at: slope(f, at), x)


def hessian_vector_product(f, x, v):
    return gradient(lambda at: slope(f, at) @ v.detach(), x)


# ---------------------------------------------------------------- probes


@probe
def second(student, kind, x, a, b, tracked):
    f = {
        "cubic": lambda t: a * t**3 + b * t**2 + t,
        "wave": lambda t: torch.sin(a * t) * torch.exp(b * t / 2),
        "linear": lambda t: a * t + b,
        "well": lambda t: a * torch.log(1 + t**2) + b / (2 + t * t),
        "identity": lambda t: t,
        "square": lambda t: (a * t + b) ** 2,
    }[kind]
    before = x.clone()
    x.requires_grad_(tracked)
    found = [student.second_derivative(f, x), student.second_derivative(f, x)]
    return {"f''(x), in each of two calls": found if torch.equal(x, before) else "x was changed"}


@probe
def product(student, kind, x, v, A, tracked):
    # A follows the dtype of its argument: float32 inside is a remark, not a mistake.
    f = {
        "form": lambda t: t @ A.to(t.dtype) @ t + A[0].to(t.dtype) @ t,
        "chain": lambda t: (t[1:] ** 2 * t[:-1]).sum() + (t**3).sum(),
        "bowl": lambda t: (t @ t) ** 2 + A[0].to(t.dtype) @ t,
        "waves": lambda t: torch.sin(A.to(t.dtype) @ t).sum(),
    }[kind]
    before = x.clone(), v.clone()
    x.requires_grad_(tracked), v.requires_grad_(tracked)
    found = [student.hessian_vector_product(f, x, v) for _ in range(2)]
    same = torch.equal(x, before[0]) and torch.equal(v, before[1])
    return {"H v, in each of two calls": found if same else "x or v was changed"}


@probe
def large_product(student, middle, width):
    steps = torch.arange(20_000, dtype=middle.dtype) / 16_384 - 1  # exact in float32, too
    x, v = middle + width * steps, width + steps + 2
    found = student.hessian_vector_product(lambda t: (t[1:] ** 2 * torch.sin(t[:-1])).sum(), x, v)
    return {"H v": found}


# ---------------------------------------------------------------- mistakes


@mistake("second_derivative", "the first derivative")
def first_derivative(f, x):
    """You return f'(x). Its derivative is asked for."""
    return slope(f, x).detach()


@mistake("second_derivative", "the square of the first derivative")
def squared_slope(f, x):
    """The second derivative is the derivative of f', not f' times itself."""
    return slope(f, x).detach() ** 2


@mistake("second_derivative", "the first derivative is still in the sum")
def slope_left_over(f, x):
    """`backward` adds to `.grad`, where f'(x) still was when f''(x) arrived."""
    return second_derivative(f, x) + slope(f, x).detach()


@mistake("second_derivative", "the square of the first derivative is differentiated")
def slope_of_squared_slope(f, x):
    """f' is squared before its second differentiation, so f' is a factor of your answer. It is f'
    itself that is differentiated."""
    return gradient(lambda at: slope(f, at) ** 2, x)


@mistake("second_derivative", "the first derivative of the first derivative's value")
def slope_at_slope(f, x):
    """You put f'(x) into f' once more, in place of x. It is to be differentiated, not put in."""
    return slope(f, slope(f, x).detach()).detach()


@mistake("second_derivative", "the third derivative")
def third_derivative(f, x):
    """You differentiate once too often."""
    return torch.func.grad(torch.func.grad(torch.func.grad(f)))(x.detach())


@mistake("second_derivative", "zero for every f")
def always_zero(f, x):
    """Your answer is 0 whatever f is, as if every f were linear. f' can be differentiated only
    where autograd recorded how it was computed. Ask for that."""
    return torch.zeros_like(x)


@mistake("hessian_vector_product", "v is ignored")
def without_vector(f, x, v):
    """You add up the rows of H, as if v were all ones. v has to weight the gradient before the
    second differentiation."""
    return hessian_vector_product(f, x, torch.ones_like(v))


@mistake("hessian_vector_product", "v comes too late")
def vector_too_late(f, x, v):
    """You add up the rows of H and multiply by v afterwards, element by element: that is another
    vector than H v."""
    return hessian_vector_product(f, x, torch.ones_like(v)) * v


@mistake("hessian_vector_product", "only the diagonal of H")
def diagonal(f, x, v):
    """You multiply v by the diagonal of H; the mixed derivatives are missing."""
    if len(x) > 100:
        raise MemoryError("the diagonal is told apart where n is small")
    rows = [hessian_vector_product(f, x, unit) for unit in torch.eye(len(x), dtype=x.dtype)]
    return torch.diagonal(torch.stack(rows)) * v


@mistake("hessian_vector_product", "the gradient times v")
def gradient_times_vector(f, x, v):
    """You multiply the gradient by v. It has to be differentiated once more."""
    return slope(f, x).detach() * v


@mistake("hessian_vector_product", "the gradient is still in the sum")
def gradient_left_over(f, x, v):
    """`backward` adds to `.grad`, where the gradient still was when H v arrived."""
    return hessian_vector_product(f, x, v) + slope(f, x).detach()


@mistake("hessian_vector_product", "the gradient in place of v")
def times_gradient(f, x, v):
    """You return H times the gradient: the gradient was multiplied by itself where v should have
    weighted it."""
    return hessian_vector_product(f, x, slope(f, x).detach())


@mistake("hessian_vector_product", "the square of the gradient is differentiated")
def squared_gradient(f, x, v):
    """You differentiate the squared length of the gradient, so v has no part in your answer."""
    return 2 * times_gradient(f, x, v)


@mistake("hessian_vector_product", "v is brought to length one")
def along_unit_vector(f, x, v):
    """The direction is right, the length is not: H v grows with v."""
    return hessian_vector_product(f, x, v / torch.linalg.vector_norm(v))


@mistake("hessian_vector_product", "the part along v alone")
def along_vector(f, x, v):
    """You multiply v by the number vᵀH v. H v need not point along v."""
    return (hessian_vector_product(f, x, v) @ v) * v


@mistake("hessian_vector_product", "one number")
def quadratic_form(f, x, v):
    """You return the number vᵀH v. H v is a vector, one number for each entry of x."""
    return hessian_vector_product(f, x, v) @ v


# ---------------------------------------------------------------- other right ways


@rewriting("second_derivative")
def second_by_transform(f, x):
    return torch.func.grad(torch.func.grad(f))(x)


@rewriting("hessian_vector_product")
def forward_over_reverse(f, x, v):
    return torch.func.jvp(torch.func.grad(f), (x.detach(),), (v.detach(),))[1]


@rewriting("hessian_vector_product")
def double_reverse(f, x, v):
    return torch.autograd.functional.vhp(f, x.detach(), v.detach())[1]
