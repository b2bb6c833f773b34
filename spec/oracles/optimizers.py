"""Optimizers: the weight after each of the given gradients, as an array ``(steps, *weight)``."""

import numpy as np


def sgd(weight, gradients, learning_rate=0.01, momentum=0.0, nesterov=False):
    """v <- momentum v - lr g; w <- w + v, or with Nesterov w <- w + momentum v - lr g."""
    weight, velocity, path = _start(weight)
    for gradient in gradients:
        velocity = momentum * velocity - learning_rate * gradient
        weight = weight + (momentum * velocity - learning_rate * gradient if nesterov else velocity)
        path.append(weight)
    return np.array(path)


def adam(weight, gradients, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
    """Adam as Kingma and Ba give it just before section 2.1: epsilon is added to the root of the uncorrected moment."""
    weight, first, path = _start(weight)
    second, highest = np.zeros_like(weight), np.zeros_like(weight)
    for step, gradient in enumerate(gradients, start=1):
        first = beta_1 * first + (1 - beta_1) * gradient
        second = beta_2 * second + (1 - beta_2) * np.square(gradient)
        highest = np.maximum(highest, second)
        rate = learning_rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
        weight = weight - rate * first / (np.sqrt(highest if amsgrad else second) + epsilon)
        path.append(weight)
    return np.array(path)


def rmsprop(
    weight, gradients, learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False, epsilon_in_root=True
):
    """g divided by the root of its mean square (of its variance if centered), with epsilon inside or outside the root."""
    weight, velocity, path = _start(weight)
    square, mean = np.zeros_like(weight), np.zeros_like(weight)
    for gradient in gradients:
        square = rho * square + (1 - rho) * np.square(gradient)
        mean = rho * mean + (1 - rho) * gradient
        spread = square - np.square(mean) if centered else square
        root = np.sqrt(spread + epsilon) if epsilon_in_root else np.sqrt(spread) + epsilon
        velocity = momentum * velocity + learning_rate * gradient / root
        weight = weight - velocity
        path.append(weight)
    return np.array(path)


def _start(weight):
    weight = np.asarray(weight, np.float64)
    return weight, np.zeros_like(weight), []
