# %% [markdown]
# # Linear regression as a script (9 points)
#
# Four points lie on a line: x = 1, 2, 3, 4 and y = 2x. Write a script that finds the line by
# gradient descent. There is no function to hand in: what counts is what your script leaves behind
# and what it prints.
#
# - The model is w·x + b. Both `w` and `b` start at 0 and require grad.
# - The loss is the mean of the squared errors.
# - One epoch computes the loss, calls `backward`, subtracts the learning rate 0.01 times the
#   gradient from `w` and from `b`, and clears the gradients.
# - Train for 100 epochs.
#
# Leave behind `w` and `b`, each as a number or a tensor with one number (3 points each). Print the
# loss of every tenth epoch, ten losses in all (3 points). The first is that of epoch 10, as it is
# before the update of that epoch. Print at least three digits that are not zero. You may print more
# around them, such as the number of the epoch.
#
# Let autograd compute the gradients: without it, a third of the points is left. Write the code at
# the top level, not below `if __name__ == "__main__":`.

# %%
import torch

# %% tags=["descent"]
# Your code here: it leaves w and b, and prints ten losses.
