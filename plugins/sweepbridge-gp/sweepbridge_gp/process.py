"""Gaussian processes over the cube, a smooth one and a rough one. Imports numpy and scipy.

The kernels are Matérn's with nu = 5/2 and 3/2, with a length for each axis (Rasmussen and Williams, Gaussian Processes
for Machine Learning, 4.2.1 and 5.1). Two labels are half an axis apart where they differ. The lengths, the scale and
the noise are those of the greatest posterior density: their logarithms have normal priors. The lengths have a common
part, so that few trials say how long all of them are, and more of them which differ.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from scipy.linalg import cho_solve, solve_triangular
from scipy.optimize import minimize

from sweepbridge_gp.cube import Bools, Floats

Kernel: TypeAlias = Callable[[Floats], tuple[Floats, Floats]]
"""The covariance at squared distances, and its derivative by a length's logarithm, but for the axis' own part."""

_LABELS_APART = 0.5
"""The distance of two different labels; the cube's edge is 1."""
_JITTER = 1e-8
"""Added to the diagonal, so that two trials at one point do no harm."""
_LENGTH, _COMMON, _OWN = math.log(0.5), 0.7, 0.7
"""The prior of a length's logarithm: its mean, and the deviations of the part in common and of each one's own."""
_NOISE, _NOISE_SPREAD = math.log(1e-3), 2.5
"""The prior of the logarithm of the noise's variance; the losses have variance 1."""
_BOUNDS = {"length": (math.log(0.02), math.log(20)), "scale": (-3.0, 3.0), "noise": (math.log(1e-6), math.log(0.5))}
_STARTS = (_NOISE, math.log(0.1))
"""The noises to start from: what looks rough may be a short length, or noise around a long one."""
_STEPS = 50


class Processes:
    """One for each kernel, weighed by how well it explains what was seen."""

    def __init__(self, points: Floats, losses: Floats, labels: Bools) -> None:
        self._all = [Process(points, losses, labels, kernel) for kernel in (_smooth, _rough)]
        chances = np.array([-one.surprise for one in self._all])
        self._weights = chances - np.logaddexp.reduce(chances)

    def believe(self, points: Floats) -> None:
        """Take for seen at these points what is expected there: the "kriging believer", for trials that run."""
        for one in self._all:
            one.believe(points)

    def predict(self, points: Floats) -> Iterator[tuple[float, Floats, Floats]]:
        """The logarithm of each one's weight, and the means and standard deviations that it predicts."""
        for weight, one in zip(self._weights, self._all, strict=True):
            yield float(weight), *one.predict(points)


class Process:
    """A process that has seen some losses. These should have mean 0 and variance 1."""

    surprise: float
    """The negative logarithm of the posterior density of its settings, but for a constant."""

    def __init__(self, points: Floats, losses: Floats, labels: Bools, kernel: Kernel) -> None:
        self._points, self._losses, self._labels, self._kernel = points, losses, labels, kernel
        self._squares = _squares(points, points, labels)
        """Of the distances along each axis. Shape: points, points, axes."""
        axes = points.shape[1]
        bounds = [*[_BOUNDS["length"]] * axes, _BOUNDS["scale"], _BOUNDS["noise"]]
        starts = (np.array([*[_LENGTH] * axes, 0.0, noise]) for noise in _STARTS)
        ends = [
            minimize(self._surprise, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": _STEPS})
            for start in starts
        ]
        end = min(ends, key=lambda end: float(end.fun))
        self.surprise = float(end.fun)
        self._settle(end.x)

    def believe(self, points: Floats) -> None:
        """Take for seen at these points what is expected there. One after the other would come to the same."""
        expected, _ = self.predict(points)
        self._points = np.vstack([self._points, points])
        self._losses = np.append(self._losses, expected)
        self._squares = _squares(self._points, self._points, self._labels)
        self._settle(self._settings)

    def predict(self, points: Floats) -> tuple[Floats, Floats]:
        """The mean and the standard deviation of the loss, without noise, at each point."""
        squares = np.tensordot(_squares(points, self._points, self._labels), self._weights, axes=1)
        covariance = self._scale * self._kernel(squares)[0]
        explained = solve_triangular(self._factor, covariance.T, lower=True)
        variance = self._scale - (explained**2).sum(axis=0)
        return covariance @ self._solved, np.sqrt(np.maximum(variance, 1e-12))

    def _settle(self, settings: Floats) -> None:
        self._settings = settings
        self._weights, self._scale = np.exp(-2 * settings[:-2]), math.exp(settings[-2])
        self._factor = np.linalg.cholesky(self._covariance(settings)[0])
        self._solved = cho_solve((self._factor, True), self._losses)

    def _covariance(self, settings: Floats) -> tuple[Floats, Floats, Floats]:
        """The covariance of the losses that were seen; its part without noise; and that part's slope."""
        plain, slope = self._kernel(np.tensordot(self._squares, np.exp(-2 * settings[:-2]), axes=1))
        scale = math.exp(settings[-2])
        noisy = scale * plain
        noisy[np.diag_indices_from(noisy)] += math.exp(settings[-1]) + _JITTER
        return noisy, scale * plain, scale * slope

    def _surprise(self, settings: Floats) -> tuple[float, Floats]:
        """The negative logarithm of the posterior density of the settings, but for a constant, and its gradient."""
        covariance, quiet, slope = self._covariance(settings)
        try:
            factor = np.linalg.cholesky(covariance)
        except np.linalg.LinAlgError:
            return 1e10, np.zeros_like(settings)
        inverse = np.linalg.inv(factor)
        inverse = inverse.T @ inverse
        solved = inverse @ self._losses
        value = self._losses @ solved / 2 + np.log(np.diag(factor)).sum()
        by_covariance = (inverse - np.outer(solved, solved)) / 2
        gradient = np.empty_like(settings)
        gradient[:-2] = np.tensordot(by_covariance * slope, self._squares, axes=2) * np.exp(-2 * settings[:-2])
        gradient[-2] = (by_covariance * quiet).sum()
        gradient[-1] = np.trace(by_covariance) * math.exp(settings[-1])
        prior, by_settings = _prior(settings)
        return float(value + prior), gradient + by_settings


def _squares(points: Floats, others: Floats, labels: Bools) -> Floats:
    apart = points[:, None, :] - others[None, :, :]
    return np.where(labels, _LABELS_APART**2 * (apart != 0), apart**2)


def _smooth(squares: Floats) -> tuple[Floats, Floats]:
    """Matérn's with nu = 5/2."""
    distance = math.sqrt(5) * np.sqrt(squares)
    decay = np.exp(-distance)
    return (1 + distance + 5 / 3 * squares) * decay, 5 / 3 * (1 + distance) * decay


def _rough(squares: Floats) -> tuple[Floats, Floats]:
    """Matérn's with nu = 3/2."""
    distance = math.sqrt(3) * np.sqrt(squares)
    decay = np.exp(-distance)
    return (1 + distance) * decay, 3 * decay


def _prior(settings: Floats) -> tuple[float, Floats]:
    """The negative logarithm of the prior's density, but for a constant, and its gradient.

    The lengths' covariance is `_OWN`² on the diagonal and `_COMMON`² everywhere; its inverse is Sherman and Morrison's.
    """
    lengths, scale, noise = settings[:-2] - _LENGTH, settings[-2], (settings[-1] - _NOISE) / _NOISE_SPREAD
    shared = lengths.sum() * _COMMON**2 / (_OWN**2 + len(lengths) * _COMMON**2)
    by_lengths = (lengths - shared) / _OWN**2
    value = (lengths @ by_lengths + scale**2 + noise**2) / 2
    return float(value), np.array([*by_lengths, scale, noise / _NOISE_SPREAD])
