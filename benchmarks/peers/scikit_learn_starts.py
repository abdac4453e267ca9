"""scikit-learn's GaussianMixture.fit from its own start, with many seeds, to convergence.

usage: scikit_learn_starts.py FOLDER DATA K SEEDS TOLERANCE   (DATA: a CSV file, a name of scikit_learn_data.py, or `-`:
       FOLDER/x and FOLDER/shape, "n d")
       scikit_learn_starts.py --installed
writes the data into FOLDER/x (n x d doubles, row-major), FOLDER/log_likelihoods (-inf where a component is spurious) and
FOLDER/seconds, a double a seed
prints: words and numbers: n, d
"""
import pathlib
import sys
import time
import warnings

import numpy
from sklearn.mixture import GaussianMixture

import scikit_learn_data


def sound(fitted, x):
    """Whether no component is spurious, as latent judges its own fits: held at the floor, or on fewer than d + 1 observations."""
    if fitted.weights_.min() * len(x) < x.shape[1] + 1:
        return False
    scale = x.std(0)
    return min(numpy.linalg.eigvalsh(c / numpy.outer(scale, scale)).min() for c in fitted.covariances_) > 1e-5


def main():
    folder, name = pathlib.Path(sys.argv[1]), sys.argv[2]
    components, seeds, tolerance = int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
    if name == "-":
        n, d = map(int, (folder / "shape").read_text().split())
        x = numpy.fromfile(folder / "x").reshape(n, d)
    else:
        x = numpy.ascontiguousarray(scikit_learn_data.load(name))
        x.tofile(folder / "x")
    warnings.simplefilter("ignore")
    log_likelihoods, times = [], []
    for seed in range(seeds):
        then = time.perf_counter()
        fitted = GaussianMixture(components, tol=tolerance, max_iter=10_000, random_state=seed).fit(x)
        times.append(time.perf_counter() - then)
        log_likelihoods.append(fitted.score(x) * len(x) if sound(fitted, x) else -numpy.inf)
    numpy.array(log_likelihoods).tofile(folder / "log_likelihoods")
    numpy.array(times).tofile(folder / "seconds")
    print("n", x.shape[0], "d", x.shape[1])


if __name__ == "__main__" and sys.argv[1] != "--installed":
    main()
