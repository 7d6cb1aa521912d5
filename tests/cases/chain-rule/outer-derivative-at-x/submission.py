def chain_rule_by_hand(x):
    df_dg = 3 * x**2
    dg_dx = 2 * x
    return df_dg, dg_dx, df_dg * dg_dx


def chain_rule_by_autograd(x):
    return 6 * x * (x**2 + 1) ** 2
