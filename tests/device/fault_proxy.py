"""A bad cable: a pseudo-terminal between a host and a board's port that drops, flips, doubles and delays bytes.

    fault_proxy.py PORT LINK SEED

PORT is the board's; it may go and come back. LINK leads to the port that the host opens. Commands come on stdin, a line
each: `faults DROP FLIP DOUBLE DELAY` (mean bytes between two of each, 0 for none), `unplug`, `plug`, `counts`. Each is
answered by a line of JSON.
"""
import errno
import json
import os
import pty
import random
import select
import sys
import time
import tty

LONGEST_RUN = 16  # bytes that are dropped or doubled at once
LONGEST_DELAY = 0.15  # s
FULL = 4096  # bytes that wait in one direction before no more are taken


class Faults:
    """Of one direction."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.every = {"drop": 0, "flip": 0, "double": 0, "delay": 0}
        self.next = {}
        self.counts = dict.fromkeys(self.every, 0)

    def set(self, every):
        self.every = every
        self.next = {kind: self.distance(kind) for kind in every if every[kind] > 0}

    def distance(self, kind):
        return 1 + int(self.random.expovariate(1 / self.every[kind]))

    def apply(self, data):
        """Returns the bytes that arrive, and how long they take."""
        out, delay = data, 0.0
        for kind in self.next:
            self.next[kind] -= len(data)
            if self.next[kind] > 0:
                continue
            self.next[kind] = self.distance(kind)
            self.counts[kind] += 1
            out, more = self.strike(kind, out)
            delay += more
        return out, delay

    def strike(self, kind, data):
        if kind == "delay" or not data:
            return data, self.random.uniform(0, LONGEST_DELAY)
        at = self.random.randrange(len(data))
        run = self.random.randint(1, LONGEST_RUN)
        if kind == "drop":
            return data[:at] + data[at + run :], 0.0
        if kind == "double":
            return data[: at + run] + data[at:], 0.0
        return data[:at] + bytes([data[at] ^ 1 << self.random.randrange(8)]) + data[at + 1 :], 0.0


class Direction:
    """Bytes on their way, with the time at which they may go on."""

    def __init__(self, seed):
        self.faults = Faults(seed)
        self.waiting = b""
        self.free = 0.0

    def take(self, data):
        data, delay = self.faults.apply(data)
        self.waiting += data
        if delay > 0:
            self.free = max(self.free, time.monotonic()) + delay


class Proxy:
    def __init__(self, port, link, seed):
        self.port, self.link = port, link
        self.to_board, self.to_host = Direction(seed), Direction(seed + 1)
        self.board = self.host = self.slave = None
        self.plug()

    def plug(self):
        self.host, self.slave = pty.openpty()
        tty.setraw(self.slave)
        os.set_blocking(self.host, False)
        temporary = f"{self.link}.new"
        os.symlink(os.ttyname(self.slave), temporary)
        os.rename(temporary, self.link)

    def unplug(self):
        os.unlink(self.link)
        os.close(self.slave)
        os.close(self.host)
        self.host = self.slave = None
        self.to_board.waiting = self.to_host.waiting = b""

    def reach_board(self):
        if self.board is not None:
            return
        try:
            self.board = os.open(self.port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            tty.setraw(self.board)
        except OSError:
            self.board = None

    def lose_board(self):
        os.close(self.board)
        self.board = None
        self.to_board.waiting = b""

    def turn(self):
        """Moves what can be moved; waits for at most 20 ms."""
        self.reach_board()
        now = time.monotonic()
        ends = [(self.host, self.to_board), (self.board, self.to_host)]
        readable = [fd for fd, direction in ends if fd is not None and len(direction.waiting) < FULL]
        outs = [(self.board, self.to_board), (self.host, self.to_host)]
        writable = [fd for fd, d in outs if fd is not None and d.waiting and d.free <= now]
        got, can, _ = select.select(readable + [sys.stdin], writable, [], 0.02)
        for fd, direction in ends:
            if fd in got:
                self.move(fd, lambda: direction.take(os.read(fd, 1024) or self.ended()))
        for fd, direction in outs:
            if fd in can and fd in (self.board, self.host):
                self.move(fd, lambda: self.send(fd, direction))
        return sys.stdin in got

    def ended(self):
        raise OSError(errno.EIO, "ended")

    def send(self, fd, direction):
        sent = os.write(fd, direction.waiting[:256])
        direction.waiting = direction.waiting[sent:]

    def move(self, fd, action):
        try:
            action()
        except BlockingIOError:
            pass
        except OSError:
            if fd == self.board:
                self.lose_board()

    def obey(self, line):
        words = line.split()
        if words[0] == "faults":
            every = dict(zip(("drop", "flip", "double", "delay"), map(int, words[1:])))
            self.to_board.faults.set(every)
            self.to_host.faults.set(every)
        else:
            {"unplug": self.unplug, "plug": self.plug, "counts": lambda: None}[words[0]]()
        both = (self.to_board.faults.counts, self.to_host.faults.counts)
        print(json.dumps({kind: sum(counts[kind] for counts in both) for kind in both[0]}), flush=True)


def main():
    proxy = Proxy(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    print("{}", flush=True)
    while True:
        if proxy.turn():
            line = sys.stdin.readline()
            if not line:
                return
            proxy.obey(line)


main()
