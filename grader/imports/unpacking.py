"""Unpack one member of a zip within bounds: bytes in, bytes out, memory.

`zipfile` asks only deflate to stop at a size; bzip2 and LZMA unpack whatever a block holds, and
an LZMA member names the memory that it wants. So the packed bytes are read as they are, and each
method is unpacked here up to what a submission may have.
"""

from __future__ import annotations

import bz2
import copy
import lzma
import zipfile
import zlib
from collections.abc import Callable

from grader.errors import SubmissionError

__all__ = ["unpacked"]

_SMALLEST_WINDOW = 4096
# What zipfile and the decompressors raise for bytes that are none of theirs; NotImplementedError
# and UnicodeDecodeError are among RuntimeError and ValueError.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, ValueError,
    OverflowError,
)  # fmt: skip


def unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """Return a member's content; raises SubmissionError where it has more than `most` bytes.

    The size in the header is not believed, the checksum is compared.
    """
    if member.flag_bits & 1:
        raise SubmissionError("is encrypted")
    unpack = _METHODS.get(member.compress_type)
    if unpack is None:
        raise SubmissionError(
            f"is packed by a method that is not read here ({member.compress_type}); "
            "unpack the download and import its folder"
        )
    if member.compress_size > 2 * most + _SMALLEST_WINDOW:
        raise SubmissionError(_too_much(most))
    try:
        content = unpack(_packed(archive, member), most + 1)
    except _BROKEN as error:
        raise SubmissionError(f"cannot be unpacked: {error}"[:200]) from None
    if len(content) > most:
        raise SubmissionError(_too_much(most))
    if zlib.crc32(content) != member.CRC:
        raise SubmissionError("cannot be unpacked: its checksum is wrong")
    return content


def _packed(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return the packed bytes: the member read as one that is stored as it is."""
    stored = copy.copy(member)
    stored.compress_type = zipfile.ZIP_STORED
    stored.file_size = member.compress_size
    del stored.CRC  # it is that of the unpacked bytes
    with archive.open(stored) as file:
        return file.read()


def _stored(packed: bytes, most: int) -> bytes:
    return packed[:most]


def _deflated(packed: bytes, most: int) -> bytes:
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)


def _bzip2(packed: bytes, most: int) -> bytes:
    return bz2.BZ2Decompressor().decompress(packed, most)


def _lzma(packed: bytes, most: int) -> bytes:
    """Unpack LZMA with a window that is never larger than what may come out."""
    size = int.from_bytes(packed[2:4], "little")
    properties = packed[4 : 4 + size]
    if size != 5 or len(properties) != 5 or properties[0] >= 9 * 5 * 5:
        raise lzma.LZMAError("its LZMA header is damaged")
    rest, lc = divmod(properties[0], 9)
    pb, lp = divmod(rest, 5)
    window = int.from_bytes(properties[1:], "little")
    window = max(_SMALLEST_WINDOW, min(window, most))
    chosen = {"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": window}
    decompressor = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[chosen])
    return decompressor.decompress(packed[4 + size :], most)


_METHODS: dict[int, Callable[[bytes, int], bytes]] = {
    zipfile.ZIP_STORED: _stored,
    zipfile.ZIP_DEFLATED: _deflated,
    zipfile.ZIP_BZIP2: _bzip2,
    zipfile.ZIP_LZMA: _lzma,
}


def _too_much(most: int) -> str:
    return f"has more than {most >> 20} MiB"
