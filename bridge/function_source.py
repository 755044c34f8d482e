"""What of PyTorch's own the source of one function uses, and what other functions it names.

`x.transpose(1, 2)` permutes all axes of a JAX array, `x.std()` divides by another count, `x[[0, 1]]` takes one element
of a TensorFlow tensor, `x.dtype == torch.float32` is false, and a function of torch that makes a random tensor makes a
constant of a TensorFlow graph.
"""

from __future__ import annotations

import ast
import builtins
import dataclasses
import dis
import functools
import inspect
import sysconfig
import textwrap
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import torch

from bridge.attributes import contents_of

_OTHER_ALWAYS = frozenset({"nonzero", "repeat", "size", "sort", "std", "transpose", "var", "view"})
_OTHER_WITH_ARGUMENTS = frozenset({"flatten", "max", "min"})
_SURELY_OTHER = (torch.no_grad, torch.inference_mode)
_HARMLESS = (torch.Size, torch.device)
_QUESTIONS = (
    "get_",
    "is_compiling",
    "is_exporting",
    "is_grad_enabled",
    "is_inference_mode",
    "is_scripting",
    "is_tracing",
)
_LIBRARIES = tuple(sysconfig.get_path(kind) for kind in ("stdlib", "purelib", "platlib"))


@dataclasses.dataclass(frozen=True)
class Idiom:
    """A use of PyTorch's own meaning.

    Attributes:
        operation: what is used, such as `"tensor method transpose with PyTorch's meaning"`.
        line: where, as `file:line: code`.
        certain: whether it surely has another meaning elsewhere. What asks for torch may choose a branch for torch, a
            function of it may stand there, and arithmetic in place has one only if the tensor has a second name.
    """

    operation: str
    line: str
    certain: bool = True


@functools.lru_cache(maxsize=1024)
def source_of(function: FunctionType) -> FunctionSource:
    """What the source of a function uses."""
    return FunctionSource(function)


class FunctionSource(ast.NodeVisitor):
    """What the source of one function uses.

    Attributes:
        idioms: of PyTorch.
        own_names: attributes of `self` and of `super()`.
        functions: functions that it names, of its own package or of none that is installed.
    """

    def __init__(self, function: FunctionType) -> None:
        self.idioms: list[Idiom] = []
        self.own_names: set[str] = set()
        self.functions: list[FunctionType] = []
        self._function = function
        tree = _tree(function)
        if tree is None:
            self._take_names()
            return
        nodes = list(ast.walk(tree))
        parameters = [node.arg for node in nodes if isinstance(node, ast.arg)]
        is_method = "." in function.__qualname__.rpartition("<locals>.")[2]
        self._self = parameters[0] if is_method and parameters else None
        self._local = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        self._local |= set(parameters)
        self._shared = {*parameters, *(name for node in nodes for name in _aliases(node))}
        self._compared = {
            _name(target)
            for node in nodes
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Compare)
            for target in node.targets
        }
        self._alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        self.visit(tree)

    def visit_Call(self, node: ast.Call) -> None:  # ast's name
        called = self._value_of(node.func)
        name = getattr(called, "__name__", str(called))
        if _is_torchs(called) and called not in _HARMLESS and not name.startswith(_QUESTIONS):
            self._add(f"torch function {name}", node, certain=called in _SURELY_OTHER)
        elif called is None and isinstance(node.func, ast.Attribute) and self._may_be_tensor(node.func.value):
            methods = _OTHER_ALWAYS | _OTHER_WITH_ARGUMENTS if node.args or node.keywords else _OTHER_ALWAYS
            if node.func.attr in methods and id(node) not in self._alone:  # as list.sort is
                self._add(f"tensor method {node.func.attr} with PyTorch's meaning", node)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if any(isinstance(part, ast.List) for part in parts) and self._may_be_tensor(node.value):
            self._add("indexing by a list", node)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        for operand in (node.left, *node.comparators):
            for value in self._values_of(operand):
                if isinstance(value, torch.dtype):
                    self._add(f"comparison with {value}", node, certain=False)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if any(_name(side) in self._compared or isinstance(side, ast.Compare) for side in (node.left, node.right)):
            self._add("arithmetic with truth values", node, certain=False)  # which TensorFlow does in truth values
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if _name(node.target) in self._shared:
            self._add("arithmetic in place", node, certain=False)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if self._is_self(node.value):
            self.own_names.add(node.attr)
        self._note_function(node)
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        self._note_function(node)

    def visit_arg(self, node: ast.arg) -> None:
        """Annotations compute nothing."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for statement in node.body:
            self.visit(statement)

    def _note_function(self, node: ast.expr) -> None:
        value = self._value_of(node)
        if isinstance(value, FunctionType) and _is_followed(value, self._function):
            self.functions.append(value)

    def _is_self(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Call):
            return isinstance(node.func, ast.Name) and node.func.id == "super"
        return isinstance(node, ast.Name) and node.id == self._self

    def _may_be_tensor(self, node: ast.expr) -> bool:
        is_literal = isinstance(node, ast.Constant | ast.List | ast.Dict | ast.Set | ast.JoinedStr)
        return not is_literal and not self._is_self(node) and self._value_of(node) is None

    def _value_of(self, node: ast.expr) -> Any:
        """What a global name stands for, or an attribute of a module or class that it names; else `None`."""
        if isinstance(node, ast.Name) and node.id not in self._local:
            return _outer(self._function, node.id)
        if isinstance(node, ast.Attribute):
            owner = self._value_of(node.value)
            return getattr(owner, node.attr, None) if isinstance(owner, ModuleType | type) else None
        return None

    def _values_of(self, node: ast.expr) -> list[Any]:
        nodes = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
        return [self._value_of(one) for one in nodes]

    def _add(self, operation: str, node: ast.expr | ast.stmt, *, certain: bool = True) -> None:
        code = self._function.__code__
        text = ast.unparse(node)
        line = f"{code.co_filename}:{code.co_firstlineno + node.lineno - 1}: {text}"
        self.idioms.append(Idiom(operation, line, certain))

    def _take_names(self) -> None:
        """Without source, the names of attributes alone: they may be no tensor's."""
        code = self._function.__code__
        line = f"{code.co_filename}:{code.co_firstlineno}: {self._function.__qualname__}"
        for name in sorted((_OTHER_ALWAYS | _OTHER_WITH_ARGUMENTS).intersection(code.co_names)):
            self.idioms.append(Idiom(f"tensor method {name} with PyTorch's meaning", line, certain=False))
        uses_lists = any(instruction.opname == "BUILD_LIST" for instruction in dis.get_instructions(code))
        if uses_lists or any(_is_torchs(_outer(self._function, name)) for name in code.co_names):
            self.idioms.append(Idiom("function of torch, or indexing by a list", line, certain=False))


def _tree(function: FunctionType) -> ast.AST | None:
    """The syntax of a function; `None` where it has no source, or is one of several in an expression."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)).strip().rstrip(","))
    except (OSError, TypeError, SyntaxError):
        return None
    if function.__name__ != "<lambda>":
        return tree
    lambdas = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
    return lambdas[0] if len(lambdas) == 1 else None


def _aliases(node: ast.AST) -> Iterator[str]:
    """Names of tensors that have a second name, by an assignment of one to the other or of a view."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute | ast.Subscript):
        yield from filter(None, map(_name, (*node.targets, node.value)))


def _name(node: ast.expr) -> str | None:
    return node.id if isinstance(node, ast.Name) else None


def _outer(function: FunctionType, name: str) -> Any:
    """What a name that is not local to a function stands for in it."""
    code = function.__code__
    if name in code.co_freevars:
        return contents_of((function.__closure__ or ())[code.co_freevars.index(name)])
    return function.__globals__.get(name, getattr(builtins, name, None))


def _is_torchs(value: Any) -> bool:
    module = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    return isinstance(module, str) and module.partition(".")[0] == "torch"


def _is_followed(function: FunctionType, by: FunctionType) -> bool:
    is_installed = function.__code__.co_filename.startswith(_LIBRARIES)
    return not is_installed or _package(function) == _package(by)


def _package(function: FunctionType) -> str:
    return (function.__module__ or "").partition(".")[0]
