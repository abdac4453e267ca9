"""What a script that times one library on one problem does; the counterpart of peer.hpp.

usage: SCRIPT FOLDER SECONDS THREADS   (the problem's folder, seconds to repeat for)
       SCRIPT --installed              (exit status 0 where the library can be imported)
"""
import pathlib
import sys
import time

import numpy

FEW, MANY = 1, 3  # iterations of the short and of the long run, whose difference is timed


class Problem:
    """A problem's folder. Arrays are row-major: x is n x d, means and probabilities K x M, transition K x K."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.kind, *sizes = (folder / "shape").read_text().split()
        self.n, self.d, self.K, self.M, self.sequences = map(int, sizes)

        def read(name, *shape):
            return numpy.fromfile(folder / name).reshape(shape)

        self.x = read("x", self.n, self.d)
        self.initial, self.emission = read("initial", self.K), read("emission", self.K, self.M)
        if self.kind != "categorical":
            self.variances = read("variances", self.K, self.M)
        if self.kind in ("gaussian", "categorical"):
            self.transition = numpy.ascontiguousarray(read("transition", self.K, self.K).T)


def peak_memory():
    """Largest resident memory of this process since the last call, in KiB."""
    with open("/proc/self/status") as status:
        kib = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    with open("/proc/self/clear_refs", "w") as clear:
        clear.write("5")  # the peak is what is resident now
    return kib


def shortest(budget, *functions):
    """The shortest time of each of the functions, called in turn until so many seconds have passed, and five times
    unless that takes very much longer."""
    best, begin, rounds = [float("inf")] * len(functions), time.perf_counter(), 0
    while True:
        for i, f in enumerate(functions):
            then = time.perf_counter()
            f()
            best[i] = min(best[i], time.perf_counter() - then)
        rounds += 1
        passed = time.perf_counter() - begin
        if passed >= budget and (rounds >= 5 or passed >= 8 * budget):
            return best


def main(library):
    """library(problem, threads) has fit(iterations) and log_likelihood(), and may have score() and viterbi()."""
    if sys.argv[1] == "--installed":
        return
    budget = float(sys.argv[2])
    peer = library(Problem(sys.argv[1]), int(sys.argv[3]))
    peak_memory()
    before = peak_memory()
    few, many = shortest(budget, lambda: peer.fit(FEW), lambda: peer.fit(MANY))
    words = ["iteration", (many - few) / (MANY - FEW), "memory", peak_memory() - before]
    words += ["log_likelihood", repr(float(peer.log_likelihood()))]
    for name in ("score", "viterbi"):
        if hasattr(peer, name):
            words += [name, *shortest(budget / 3, getattr(peer, name))]
    print(*words)
