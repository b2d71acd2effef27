"""The intermediate search space: domains, their quantile functions, axes, grids and nested paths.

Pure values: nothing here reads a file, a clock or the environment, or draws a random number.
"""

from sweepbridge.space.axes import Axis, Category, IntegerRange, Interval, Position, axis, is_by_quantile
from sweepbridge.space.domains import Beta, Choice, Constant, Domain, Integer, Normal, Uniform
from sweepbridge.space.grid import Grid, every_point, levels, without_grid
from sweepbridge.space.outsiders import meant
from sweepbridge.space.paths import dotted, flat, flatten, join, nest, split
from sweepbridge.space.quantile import decode, drawn, encode, greatest, index_of, multiples
from sweepbridge.space.space import Space, count_of
from sweepbridge.space.values import Json, Params, identity, is_plain, same

__all__ = [
    "Axis",
    "Beta",
    "Category",
    "Choice",
    "Constant",
    "Domain",
    "Grid",
    "Integer",
    "IntegerRange",
    "Interval",
    "Json",
    "Normal",
    "Params",
    "Position",
    "Space",
    "Uniform",
    "axis",
    "count_of",
    "decode",
    "dotted",
    "drawn",
    "encode",
    "every_point",
    "flat",
    "flatten",
    "greatest",
    "identity",
    "index_of",
    "is_by_quantile",
    "is_plain",
    "join",
    "levels",
    "meant",
    "multiples",
    "nest",
    "same",
    "split",
    "without_grid",
]
