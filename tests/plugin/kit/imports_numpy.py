"""A plugin that loads its library with its module."""

import numpy


class ImportsNumpy:
    name = "imports-numpy"
    methods = ("bad",)
    library = numpy

    def check(self, problem):
        return ()

    def start(self, problem):
        raise NotImplementedError
