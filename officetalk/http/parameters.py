"""Parameters of a request, however they were sent: one nested dictionary, then a typed struct.

Query, form (urlencoded or multipart) and JSON are read alike. Names nest as Rails' do, which is what
Mastodon's clients send: `id[]=1&id[]=2`, `source[privacy]=private`, `fields_attributes[0][name]=Team`,
`poll[options][]=Yes`. Text stands for numbers and booleans (`true`, `1`, `on`, `t`; `false`, `0`, ``, `off`,
`f`), in forms and, as some clients do it, in JSON.

Raises Malformed (400) for what cannot be read, TooLarge (413), and Invalid (422) with the field and the rule.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple, TypeVar, cast
from urllib.parse import parse_qsl

import msgspec
from msgspec import inspect
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from officetalk.core.errors import Invalid, Malformed, TooLarge

T = TypeVar("T")
Receive = Callable[[], Any]

MAX_DEPTH = 8
MAX_VALUES = 1000
MAX_FILES = 8
_MAX_TEXT_PART = 1024 * 1024  # bytes of one text of a multipart form

_TRUE = frozenset({"true", "1", "on", "t", "yes"})
_FALSE = frozenset({"false", "0", "", "off", "f", "no"})
# Tab and line ends are text; the others have no business in any parameter. A lone surrogate is no character.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Upload(msgspec.Struct, frozen=True):
    """A file that was sent. Name and type are what the client says: believe the content only."""

    filename: str
    content_type: str
    data: bytes


class File(msgspec.Struct, frozen=True):
    """A file that was sent, of any size: a large one lies on the disk, in the system's temporary folder, until
    `content` is closed. Name and type are what the client says. An endpoint that has one among its parameters
    takes larger bodies than others."""

    filename: str
    content_type: str
    content: Any  # BinaryIO: type_info knows no such type

    @property
    def stream(self) -> BinaryIO:
        return cast(BinaryIO, self.content)


class FileLimits(NamedTuple):
    """In bytes: the largest file, which an error names, and the largest form."""

    file: int
    form: int


# --- reading -----------------------------------------------------------------------------------------


def read_query(query: bytes) -> dict[str, Any]:
    """The parameters of a query string, or of an urlencoded form."""
    if not query:
        return {}
    try:
        pairs = parse_qsl(
            query.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MAX_VALUES
        )
    except UnicodeDecodeError as problem:
        raise Invalid(None, "the parameters must be UTF-8") from problem
    except ValueError as problem:
        raise Malformed("There are too many parameters") from problem
    return _nest(pairs)


async def read_body(
    content_type: str, length: str, receive: Receive, limit: int, files: FileLimits | None = None
) -> dict[str, Any]:
    """The parameters in a request's body of at most `limit` bytes. A body of another kind has none.

    With `files`, a multipart form may be as large as these say, and its files are File, not Upload.
    """
    kind = content_type.partition(";")[0].strip().lower()
    too_large = TooLarge(f"The body is larger than {limit} bytes")
    if kind == "multipart/form-data" and files is not None:
        limit = max(limit, files.form)
        too_large = TooLarge(f"File is too large (maximum is {files.file >> 20} MB)", "file")
    if _WHOLE.fullmatch(length) and int(length) > limit:
        raise too_large
    chunks = _chunks(receive, limit, too_large)
    if kind == "multipart/form-data":
        return await _read_multipart(content_type, chunks, on_disk=files is not None)
    body = b"".join([chunk async for chunk in chunks])
    if kind == "application/json" or kind.endswith("+json"):
        return _read_json(body)
    if kind == "application/x-www-form-urlencoded":
        return read_query(body)
    return {}


async def _chunks(receive: Receive, limit: int, too_large: TooLarge) -> AsyncIterator[bytes]:
    """The body as it comes, counted, so that a chunked one cannot be larger either."""
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Malformed("The request ended before its body did")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise too_large
        if chunk:
            yield chunk
        if not message.get("more_body", False):
            return


def _read_json(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        values = msgspec.json.decode(body)
    except UnicodeDecodeError as problem:
        raise Malformed("The body is not UTF-8") from problem
    except (msgspec.MsgspecError, RecursionError) as problem:
        raise Malformed(f"The body is not JSON: {problem}") from problem
    if not isinstance(values, dict):
        raise Malformed("The body must be a JSON object")
    _check_shape(values, 1, 0)
    return values


def _check_shape(value: Any, depth: int, count: int) -> int:
    """How many values there are; raises Malformed when too many or nested too deep."""
    if depth > MAX_DEPTH:
        raise Malformed(f"Parameters are nested more than {MAX_DEPTH} deep")
    for item in value.values() if isinstance(value, dict) else value:
        count += 1
        if isinstance(item, (dict, list)):
            count = _check_shape(item, depth + 1, count)
        if count > MAX_VALUES:
            raise Malformed("There are too many parameters")
    return count


async def _read_multipart(content_type: str, chunks: Any, *, on_disk: bool) -> dict[str, Any]:
    parser = MultiPartParser(
        Headers({"content-type": content_type}),
        chunks,
        max_files=MAX_FILES,
        max_fields=MAX_VALUES,
        max_part_size=_MAX_TEXT_PART,
    )
    try:
        form = await parser.parse()
    except MultiPartException as problem:
        raise Malformed(f"The form cannot be read: {problem.message}") from problem
    except (LookupError, ValueError) as problem:
        raise Malformed("The form cannot be read") from problem
    pairs: list[tuple[str, Any]] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile) and on_disk:
            if value.filename or value.size:
                pairs.append((name, File(value.filename or "", value.content_type or "", value.file)))
        elif isinstance(value, UploadFile):
            data = await value.read()
            await value.close()
            # A browser sends an empty file for a field that was left alone.
            if value.filename or data:
                pairs.append((name, Upload(value.filename or "", value.content_type or "", data)))
        else:
            pairs.append((name, value))
    return _nest(pairs)


# --- nesting -----------------------------------------------------------------------------------------

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def _nest(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in pairs:
        if "[" not in name:
            values[name] = value
            continue
        match = _NAME.fullmatch(name)
        if match is None:
            values[name] = value
            continue
        steps = match[2][1:-1].split("][") if match[2] else []
        if len(steps) >= MAX_DEPTH:
            raise Malformed(f"Parameters are nested more than {MAX_DEPTH} deep")
        _put(values, match[1], steps, value)
    return values


def _put(target: dict[str, Any], name: str, steps: list[str], value: Any) -> None:
    """Set `value` at `target[name][step]…`; an empty step is a list."""
    for i, step in enumerate(steps):
        if step:
            target = _inside(target, name, dict)
            name = step
            continue
        items = _inside(target, name, list)
        rest = steps[i + 1 :]
        if not rest:
            items.append(value)
            return
        # `a[][x]=1&a[][y]=2&a[][x]=3` is two objects: a new one begins where a name comes again.
        last = items[-1] if items and isinstance(items[-1], dict) else None
        if last is None or (rest[0] and rest[0] in last and len(rest) == 1):
            last = {}
            items.append(last)
        target, name = last, rest[0]
        _put(target, name, rest[1:], value)
        return
    target[name] = value


def _inside(target: dict[str, Any], name: str, kind: type) -> Any:
    inner = target.get(name)
    if inner is None:
        inner = target[name] = kind()
    elif not isinstance(inner, kind):
        raise Malformed(f"The parameter {name} is sent in two shapes")
    return inner


# --- typing ------------------------------------------------------------------------------------------

Prepare = Callable[[Any, str], Any]
_SKIP = object()


def convert(values: dict[str, Any], struct: type[T]) -> T:
    """The struct that `values` fill. Raises Invalid naming the field and the rule; Malformed where a
    parameter that is needed is missing."""
    plan = _plan(struct)
    if not values:
        empty = _empty(struct)
        if empty is not None:
            return empty
    try:
        return msgspec.convert(_prepared(values, plan), struct, strict=False)
    except msgspec.ValidationError as problem:
        raise explain(problem) from problem


@lru_cache(maxsize=512)
def _empty(struct: Any) -> Any:
    """The struct with nothing but defaults; None where something is needed."""
    try:
        return msgspec.convert({}, struct)
    except msgspec.ValidationError:
        return None


@lru_cache(maxsize=512)
def takes_files(struct: Any) -> bool:
    """Whether a File is among these parameters."""
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    kinds = [
        o for f in info.fields for o in (f.type.types if isinstance(f.type, inspect.UnionType) else (f.type,))
    ]
    return any(isinstance(kind, inspect.StructType) and kind.cls is File for kind in kinds)


@lru_cache(maxsize=512)
def _plan(struct: Any) -> dict[str, Prepare]:
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    return {field.encode_name: _preparing(field.type) for field in info.fields}


def check_characters(values: Any, field: str = "") -> None:
    """For those who read values as they came, without a struct: Invalid names the first field with
    characters that have no business in a parameter, such as NUL, which PostgreSQL refuses."""
    if isinstance(values, str):
        if _FORBIDDEN.search(values):
            raise Invalid(_FORBIDDEN.sub("", field), "must not contain control characters")
    elif isinstance(values, dict):
        for name, value in values.items():
            check_characters(name, field or name)
            check_characters(value, field or name)
    elif isinstance(values, list):
        for value in values:
            check_characters(value, field)


def _prepared(values: dict[str, Any], plan: dict[str, Prepare], above: str = "") -> dict[str, Any]:
    prepared = {}
    for name, value in values.items():
        prepare = plan.get(name)
        if prepare is not None:
            value = prepare(value, above or name)
            if value is not _SKIP:
                prepared[name] = value
    return prepared


def _preparing(info: Any) -> Prepare:
    """What makes a value of this type fit for msgspec. Chosen once for each field."""
    while isinstance(info, inspect.Metadata):
        info = info.type
    options = list(info.types) if isinstance(info, inspect.UnionType) else [info]
    nullable = any(isinstance(o, inspect.NoneType) for o in options)
    options = [o for o in options if not isinstance(o, inspect.NoneType)]
    inner = _one_of(options)
    takes_text = any(isinstance(o, (inspect.StrType, inspect.AnyType)) for o in options)
    is_list = any(isinstance(o, inspect.ListType) for o in options)
    is_bool = any(isinstance(o, inspect.BoolType) for o in options)

    def prepare(value: Any, field: str) -> Any:
        if value is None:
            return None if nullable else _SKIP
        if type(value) is str:
            if _FORBIDDEN.search(value):
                raise Invalid(field, "must not contain control characters")
            if value == "" and not takes_text and not is_list and not is_bool:
                return None if nullable else _SKIP
        return inner(value, field)

    return prepare


def _one_of(options: list[Any]) -> Prepare:
    for option in options:
        while isinstance(option, inspect.Metadata):
            option = option.type
        if isinstance(option, inspect.BoolType):
            return _boolean
        if isinstance(option, inspect.ListType):
            takes_text = any(isinstance(o, inspect.StrType) for o in options)
            return _list_of(_preparing(option.item_type), takes_text)
        if isinstance(option, inspect.StructType):
            return _file if option.cls in (Upload, File) else _object_of(option.cls)
        if isinstance(option, inspect.IntType):
            return _number
    return lambda value, field: value


def _boolean(value: Any, field: str) -> Any:
    if type(value) is str:
        folded = value.lower()
        if folded in _TRUE:
            return True
        if folded in _FALSE:
            return False
    elif type(value) is int and value in (0, 1):
        return bool(value)
    return value


def _file(value: Any, field: str) -> Any:
    if isinstance(value, (Upload, File)):
        return value
    raise Invalid(field, "must be a file")


def _number(value: Any, field: str) -> Any:
    # 1e3, " 1" and "null" are numbers or nothing to msgspec; to people they are mistakes.
    if (type(value) is str and not _WHOLE.fullmatch(value)) or type(value) in (float, bool):
        raise Invalid(field, "must be a whole number")
    return value


_WHOLE = re.compile(r"-?[0-9]{1,30}", re.ASCII)


def _list_of(prepare: Prepare, takes_text: bool) -> Prepare:
    def items(value: Any, field: str) -> Any:
        if isinstance(value, dict) and value and all(_WHOLE.fullmatch(k) for k in value):
            value = [value[k] for k in sorted(value, key=int)]  # a[0]=…&a[1]=…
        elif isinstance(value, (str, int)) and not takes_text:
            value = [] if value == "" else [value]
        if isinstance(value, list):
            return [item for item in (prepare(v, field) for v in value) if item is not _SKIP]
        return value

    return items


def _object_of(struct: Any) -> Prepare:
    def members(value: Any, field: str) -> Any:
        return _prepared(value, _plan(struct), field) if isinstance(value, dict) else value

    return members


# --- saying what is wrong ----------------------------------------------------------------------------

_AT = re.compile(r"(.*) - at `\$\.?(.*)`", re.DOTALL)
_FIELD = re.compile(r"\w+")
_RULES = [
    (
        re.compile(r"Expected `str` of length <= (\d+)"),
        r"is too long (maximum is \1 characters)",
        "ERR_TOO_LONG",
    ),
    (
        re.compile(r"Expected `str` of length >= (\d+)"),
        r"is too short (minimum is \1 characters)",
        "ERR_TOO_SHORT",
    ),
    (re.compile(r"Expected `array` of length <= (\d+)"), r"must be at most \1", "ERR_TOO_LONG"),
    (re.compile(r"Expected `array` of length >= (\d+)"), r"must be at least \1", "ERR_TOO_SHORT"),
    (re.compile(r"Expected `int` >= (-?\d+)"), r"must be at least \1", "ERR_INVALID"),
    (re.compile(r"Expected `int` <= (-?\d+)"), r"must be at most \1", "ERR_INVALID"),
    (re.compile(r"Expected `str` matching regex"), "is not in the right form", "ERR_INVALID"),
    (re.compile(r"Invalid enum value"), "is not included in the list", "ERR_INCLUSION"),
    (re.compile(r"Expected `int"), "must be a whole number", "ERR_INVALID"),
    (re.compile(r"Expected `bool"), "must be true or false", "ERR_INVALID"),
    (re.compile(r"Expected `str"), "must be text", "ERR_INVALID"),
    (re.compile(r"Expected `array"), "must be a list", "ERR_INVALID"),
    (re.compile(r"Expected `object"), "must be an object", "ERR_INVALID"),
]
_MISSING = re.compile(r"Object missing required field `(\w+)`")


def explain(problem: msgspec.ValidationError) -> Invalid | Malformed:
    """msgspec's message as the field and the rule."""
    text = str(problem)
    missing = _MISSING.match(text)
    if missing is not None:
        return Malformed(f"The parameter is missing: {missing[1]}", missing[1])
    at = _AT.fullmatch(text)
    message, path = (at[1], at[2]) if at else (text, "")
    field = _FIELD.match(path)
    name = field[0] if field else None
    for pattern, rule, code in _RULES:
        match = pattern.match(message)
        if match is not None:
            return Invalid(name, match.expand(rule), code)
    return Invalid(name, "is invalid")
