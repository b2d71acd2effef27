"""Raises what is no Exception, as a library written in Rust does when it panics."""


class PanicException(BaseException):
    pass


raise PanicException("called `Option::unwrap()` on a `None` value")
