"""What is asked of a student, and of which inputs."""

import torch

from grader.authoring import probe


@probe
def cube_forward(student, x):
    before = x.clone()
    value = student.Cube.apply(x)
    return {"x³": value if torch.equal(x, before) else "x has been changed"}


@probe
def cube_backward(student, x, v, u):
    first, second = x.requires_grad_(), v.clone().requires_grad_()
    one, other = student.Cube.apply(first), student.Cube.apply(second)
    # Both graphs are alive when the older one is used, with gradients that are not 1.
    (at_first,) = torch.autograd.grad(one, first, u, retain_graph=True)
    (at_second,) = torch.autograd.grad(other, second, u)
    (again,) = torch.autograd.grad(2 * one, first, u)
    return {"gradient": torch.stack([at_first, at_second, again])}


@probe
def cube_twice(student, x, v, u):
    x.requires_grad_(), v.requires_grad_()
    (slope,) = torch.autograd.grad(student.Cube.apply(x), x, v, create_graph=True)
    if not slope.requires_grad:
        return {"second derivative": None, "derivative for the gradient that arrives": None}
    for_x, for_v = torch.autograd.grad(slope, (x, v), u, allow_unused=True)
    return {"second derivative": for_x, "derivative for the gradient that arrives": for_v}


@probe
def cube_function(student, x, v):
    value = student.cube(x.requires_grad_())
    found, nodes = False, [value.grad_fn]
    while nodes and len(nodes) < 100:
        node = nodes.pop()
        if node is not None:
            found = found or getattr(type(node), "_forward_cls", None) is student.Cube
            nodes += [parent for parent, _ in node.next_functions]
    if not value.requires_grad:
        reached = "none"
    elif not found:
        reached = "that of something else"
    else:
        # Whether it is right is another check's matter.
        (own,) = torch.autograd.grad(student.Cube.apply(x), x, v, allow_unused=True)
        (got,) = torch.autograd.grad(value, x, v, allow_unused=True)
        same = got is own or (None not in (got, own) and torch.allclose(got, own.to(got), 1e-2))
        reached = "that of Cube" if same else "another one"
    return {"value": value, "gradient through Cube": reached}


@probe
def tanh_forward(student, x, a):
    before = x.clone()
    value = student.ScaledTanh.apply(x, a)
    return {"a·tanh(x)": value if torch.equal(x, before) else "x has been changed"}


@probe
def tanh_for_x(student, x, a, v, u):
    first, second = x.requires_grad_(), v.clone().requires_grad_()
    one, other = student.ScaledTanh.apply(first, a), student.ScaledTanh.apply(second, 2 * a)
    (at_first,) = torch.autograd.grad(one, first, u)
    (at_second,) = torch.autograd.grad(other, second, u)
    return {"gradient for x": torch.stack([at_first, at_second])}


@probe
def tanh_for_a(student, x, a, v):
    x.requires_grad_(), a.requires_grad_()
    both = torch.autograd.grad(student.ScaledTanh.apply(x, a), (x, a), v, allow_unused=True)
    value = student.ScaledTanh.apply(x.detach(), a)
    (alone,) = (
        torch.autograd.grad(value, a, v, allow_unused=True) if value.requires_grad else [None]
    )
    if alone is None:
        return {"gradient for a": "none"}
    return {"gradient for a": "none beside that for x" if both[1] is None else [both[1], alone]}


@probe
def tanh_function(student, x, a, v):
    value = student.scaled_tanh(x.requires_grad_(), a.requires_grad_())
    found, nodes = False, [value.grad_fn]
    while nodes and len(nodes) < 100:
        node = nodes.pop()
        if node is not None:
            found = found or getattr(type(node), "_forward_cls", None) is student.ScaledTanh
            nodes += [parent for parent, _ in node.next_functions]
    if not value.requires_grad:
        reached = "none"
    elif not found:
        reached = "those of something else"
    else:
        # Whether they are right is another check's matter.
        own = torch.autograd.grad(student.ScaledTanh.apply(x, a), (x, a), v, allow_unused=True)
        got = torch.autograd.grad(value, (x, a), v, allow_unused=True)
        missed = [
            name
            for name, one, other in zip("xa", got, own, strict=True)
            if (one is None) != (other is None)
            or (one is not None and not torch.allclose(one, other.to(one), 1e-2))
        ]
        reached = f"not that for {' and '.join(missed)}" if missed else "those of ScaledTanh"
    return {"value": value, "gradients through ScaledTanh": reached}
