# %%
import torch

# %% tags=["descent"]
x = torch.arange(1.0, 5.0)
y = 2 * x
