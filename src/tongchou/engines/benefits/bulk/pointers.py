"""The compiler's own arrays: whole numbers behind an address, without a look at every index.

An array's index may be negative, so compiled code would look at each one, and could not tell that the tables stay as
they are while results are written. Here indices are known to lie inside: the layout of the memory sees to that, and
the same text runs over Python's own views in the tests. Only machine code reads this file.
"""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

_WORD = ir.IntType(64)
_NUMBER = types.int64


class Column(types.Type):
    """Read-only numbers of a table: the one at `offset` of every record of `stride` numbers."""

    def __init__(self, stride: int, offset: int) -> None:
        self.stride, self.offset = stride, offset
        super().__init__(name=f"Column({stride}, {offset})")


class Pointer(types.Type):
    """Numbers to read and to write, of which only the address is known."""

    def __init__(self) -> None:
        super().__init__(name="Pointer")


class Flat(types.Type):
    """An array of one dimension."""

    def __init__(self) -> None:
        super().__init__(name="Flat")


@register_model(Column)
@register_model(Pointer)
class _PointerModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _WORD.as_pointer())


@register_model(Flat)
class _FlatModel(models.StructModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, [("address", types.CPointer(_NUMBER)), ("size", _NUMBER)])


def _opened(context: Any, builder: Any, value: Any) -> Any:
    return cgutils.create_struct_proxy(Flat())(context, builder, value=value)


@infer_global(operator.getitem)
class _Get(AbstractTemplate):
    def generic(self, args: Any, _: Any) -> Any:
        found, at = args
        read = isinstance(found, Column | Pointer | Flat) and isinstance(at, types.Integer)
        return signature(_NUMBER, found, _NUMBER) if read else None


@infer_global(operator.setitem)
class _Set(AbstractTemplate):
    def generic(self, args: Any, _: Any) -> Any:
        found, at, value = args
        written = (
            isinstance(found, Pointer | Flat) and isinstance(at, types.Integer) and isinstance(value, types.Integer)
        )
        return signature(types.none, found, _NUMBER, _NUMBER) if written else None


@infer_global(len)
class _Len(AbstractTemplate):
    def generic(self, args: Any, _: Any) -> Any:
        return signature(_NUMBER, args[0]) if isinstance(args[0], Flat) else None


@lower_builtin(operator.getitem, Column, _NUMBER)
def _get_column(_: Any, builder: Any, sig: Any, args: Any) -> Any:
    kind, (address, at) = sig.args[0], args
    place = builder.add(builder.mul(at, _WORD(kind.stride), flags=["nsw"]), _WORD(kind.offset), flags=["nsw"])
    number = builder.load(builder.gep(address, [place], inbounds=True))
    number.set_metadata("invariant.load", builder.module.add_metadata([]))  # no need to read it again after writes
    return number


@lower_builtin(operator.getitem, Pointer, _NUMBER)
def _get_pointed(_: Any, builder: Any, __: Any, args: Any) -> Any:
    return builder.load(builder.gep(args[0], [args[1]], inbounds=True))


@lower_builtin(operator.setitem, Pointer, _NUMBER, _NUMBER)
def _set_pointed(_: Any, builder: Any, __: Any, args: Any) -> Any:
    builder.store(args[2], builder.gep(args[0], [args[1]], inbounds=True))


@lower_builtin(operator.getitem, Flat, _NUMBER)
def _get(context: Any, builder: Any, _: Any, args: Any) -> Any:
    return builder.load(builder.gep(_opened(context, builder, args[0]).address, [args[1]], inbounds=True))


@lower_builtin(operator.setitem, Flat, _NUMBER, _NUMBER)
def _set(context: Any, builder: Any, _: Any, args: Any) -> Any:
    builder.store(args[2], builder.gep(_opened(context, builder, args[0]).address, [args[1]], inbounds=True))


@lower_builtin(len, Flat)
def _len(context: Any, builder: Any, _: Any, args: Any) -> Any:
    return _opened(context, builder, args[0]).size


@intrinsic
def flat(_: Any, array: Any) -> Any:
    """An array of one dimension as such; anything else as it is."""

    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        if sig.args[0] == sig.return_type:
            return args[0]
        found = context.make_array(array)(context, builder, args[0])
        made = cgutils.create_struct_proxy(Flat())(context, builder)
        made.address, made.size = found.data, found.nitems
        return made._getvalue()

    return (Flat() if array == types.Array(_NUMBER, 1, "C") else array)(array), build


@intrinsic
def pointer(_: Any, memory: Any, place: Any) -> Any:
    """The numbers of the memory from a place on."""

    def build(context: Any, builder: Any, _: Any, args: Any) -> Any:
        return builder.gep(_opened(context, builder, args[0]).address, [args[1]], inbounds=True)

    return Pointer()(memory, _NUMBER), build


@intrinsic(prefer_literal=True)
def column(_: Any, memory: Any, place: Any, stride: Any, offset: Any) -> Any:
    """One column of the table whose records begin at a place of the memory."""

    def build(context: Any, builder: Any, _: Any, args: Any) -> Any:
        return builder.gep(_opened(context, builder, args[0]).address, [args[1]], inbounds=True)

    return Column(stride.literal_value, offset.literal_value)(memory, _NUMBER, stride, offset), build


@intrinsic(prefer_literal=True)
def room(_: Any, size: Any) -> Any:
    """Room for a few numbers, all 0; the compiler keeps it out of memory where it can."""

    def build(_: Any, builder: Any, sig: Any, __: Any) -> Any:
        count = sig.args[0].literal_value
        address = cgutils.alloca_once(builder, _WORD, size=count)
        for place in range(count):
            builder.store(_WORD(0), builder.gep(address, [_WORD(place)], inbounds=True))
        return address

    return Pointer()(size), build


@intrinsic
def quotient_of(_: Any, one: Any, other: Any) -> Any:
    """The floor of a number that is not negative divided by one that is positive."""
    return _NUMBER(_NUMBER, _NUMBER), lambda context, builder, sig, args: builder.udiv(*args)


@intrinsic
def remainder_of(_: Any, one: Any, other: Any) -> Any:
    """What that division leaves."""
    return _NUMBER(_NUMBER, _NUMBER), lambda context, builder, sig, args: builder.urem(*args)


@intrinsic
def product_of(_: Any, one: Any, other: Any) -> Any:
    """The product of numbers that are not negative, or -1 where it exceeds 63 bits."""

    def build(_: Any, builder: Any, __: Any, args: Any) -> Any:
        both = builder.smul_with_overflow(*args)
        return builder.select(builder.extract_value(both, 1), _WORD(-1), builder.extract_value(both, 0))

    return _NUMBER(_NUMBER, _NUMBER), build
