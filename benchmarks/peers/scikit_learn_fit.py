"""scikit-learn's GaussianMixture.fit as it comes (its own k-means start, covariances that are whole matrices).

usage: scikit_learn_fit.py FOLDER DATA K TOLERANCE   (DATA: a CSV file, or `wine`, `breast_cancer`, `digits`)
       scikit_learn_fit.py --installed
writes the data into FOLDER/x (n x d doubles, row-major)
prints: words and numbers: n, d, seconds (shortest of some fits), iterations, log_likelihood
"""
import pathlib
import sys
import time
import warnings

import numpy
from sklearn import datasets
from sklearn.mixture import GaussianMixture


def load(name):
    if name.endswith(".csv"):
        lines = pathlib.Path(name).read_text().split()
        header = any(c.isalpha() and c not in "eE" for c in lines[0])
        return numpy.loadtxt(name, delimiter=",", skiprows=int(header), ndmin=2)
    x = getattr(datasets, "load_" + name)().data
    x = (x - x.mean(0)) / numpy.where(x.std(0) > 0, x.std(0), 1)
    if name == "digits":  # 64 pixels, some of them always white: the principal components
        u, s, _ = numpy.linalg.svd(x, full_matrices=False)
        x = u[:, :12] * s[:12]
    return x


def main():
    folder, name, components, tolerance = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    x = numpy.ascontiguousarray(load(name))
    x.tofile(pathlib.Path(folder) / "x")
    warnings.simplefilter("ignore")
    best, begin = numpy.inf, time.perf_counter()
    while True:
        then = time.perf_counter()
        fitted = GaussianMixture(components, tol=tolerance, max_iter=10_000, random_state=0).fit(x)
        best = min(best, time.perf_counter() - then)
        if time.perf_counter() - begin > 0.3:
            break
    print("n", x.shape[0], "d", x.shape[1], "seconds", best, "iterations", fitted.n_iter_,
          "log_likelihood", repr(float(fitted.score(x) * len(x))))


if __name__ == "__main__" and sys.argv[1] != "--installed":
    main()
