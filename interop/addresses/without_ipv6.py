"""without_ipv6.py COMMAND...: runs a command on a machine without IPv6, as far as it can see.

The kernel refuses it sockets of IPv6, as a kernel does that was built or started without; switching the addresses off, which
needs no such means, leaves the sockets.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

SOCKET = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}  # architecture and number of the call
INET6 = 10
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
LOAD, UNLESS, RETURN = 0x20, 0x15, 0x06
NO_NEW_PRIVILEGES, SET_SECCOMP, FILTER = 38, 22, 2

architecture, call = SOCKET[platform.machine()]
program = [
    (LOAD, 0, 0, 4),
    (UNLESS, 0, 5, architecture),
    (LOAD, 0, 0, 0),
    (UNLESS, 0, 3, call),
    (LOAD, 0, 0, 16),
    (UNLESS, 0, 1, INET6),
    (RETURN, 0, 0, ERRNO | errno.EAFNOSUPPORT),
    (RETURN, 0, 0, ALLOW),
]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in program))
header = ctypes.create_string_buffer(struct.pack("HL", len(program), ctypes.addressof(code)))
libc = ctypes.CDLL(None, use_errno=True)
for arguments in ((NO_NEW_PRIVILEGES, 1, 0, 0, 0), (SET_SECCOMP, FILTER, ctypes.c_void_p(ctypes.addressof(header)), 0, 0)):
    if libc.prctl(*arguments):
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
os.execvp(sys.argv[1], sys.argv[1:])
