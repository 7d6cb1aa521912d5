import copy


def vector_jacobian_product(x, v):
    found = copy.deepcopy(x.detach())
    found *= 2
    return found * v
