# A pseudo-terminal as a cable: prints its path, then carries bytes between it and standard input and output.
import os
import pty
import select
import sys
import tty

master, slave = pty.openpty()
tty.setraw(slave)
# The slave stays open here, so that programs may open and close it one after the other.
os.write(1, (os.ttyname(slave) + "\n").encode())
while True:
    ready, _, _ = select.select([master, 0], [], [])
    for source, sink in ((master, 1), (0, master)):
        if source not in ready:
            continue
        data = os.read(source, 4096)
        if not data:
            sys.exit(0)
        while data:
            data = data[os.write(sink, data) :]
