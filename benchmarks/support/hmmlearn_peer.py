"""One hidden Markov model in hmmlearn: what hmm_iteration runs where `import hmmlearn` works.

usage: hmmlearn_peer.py DIR ITERATIONS   (DIR as hmmlearn_peer.hpp writes it)
prints: seconds of a Baum-Welch iteration, of a log-likelihood, of a Viterbi path, and the log-likelihood after
ITERATIONS iterations
"""
import pathlib
import sys
import time

import numpy
from hmmlearn import hmm

folder, iterations = pathlib.Path(sys.argv[1]), int(sys.argv[2])
gaussian, states, size, steps, sequences = (int(w) for w in (folder / "shape").read_text().split())


def read(name, *shape):
    return numpy.fromfile(folder / name).reshape(shape)


def model(n):
    common = dict(n_components=states, n_iter=n, tol=-numpy.inf, init_params="", implementation="scaling")
    if gaussian:
        m = hmm.GaussianHMM(covariance_type="diag", covars_prior=0, **common)
        m.means_, m.covars_ = read("emission", states, size), read("variances", states, size)
    else:
        m = hmm.CategoricalHMM(n_features=size, **common)
        m.emissionprob_ = read("emission", states, size)
    m.startprob_, m.transmat_ = read("initial", states), read("transition", states, states).T
    return m


def shortest(f, runs=2):
    best = numpy.inf
    for _ in range(runs):
        begin = time.perf_counter()
        f()
        best = min(best, time.perf_counter() - begin)
    return best


x = read("x", steps, size if gaussian else 1)
x = x if gaussian else x.astype(int)
lengths = [steps // sequences] * sequences
fitted = model(iterations)
seconds = shortest(lambda: fitted.fit(x, lengths), 1) / iterations
seconds = min(seconds, shortest(lambda: model(1).fit(x, lengths), 1))
start = model(1)
print(seconds, shortest(lambda: start.score(x, lengths)), shortest(lambda: start.decode(x, lengths)),
      repr(float(fitted.score(x, lengths))))
