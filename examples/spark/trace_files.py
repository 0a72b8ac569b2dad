"""Opens traces by the addresses that Spark gives them, on its workers: this file is shipped to them."""

import functools
import re


def local(path):
    """A local file's name; another file's address stays as it is."""
    return re.sub("^file:/+", "/", path)


def opened(path):
    if path.startswith("file:"):
        return open(local(path), "rb")
    scheme, _, store, inside = path.split("/", 3)
    file_system, root = store_of(f"{scheme}//{store}/")
    return file_system.open_input_stream(f"{root.rstrip('/')}/{inside}")


@functools.cache
def store_of(address):
    """A file system, which is costly to begin with, and the path in it."""
    from pyarrow.fs import FileSystem

    return FileSystem.from_uri(re.sub("^s3[an]:", "s3:", address))
