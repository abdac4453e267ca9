"""scikit-learn's IterativeImputer as it comes, on a table with missing cells.

usage: scikit_learn_impute.py FOLDER N D     (FOLDER/x: N x D doubles, row-major, NaN where a cell is missing)
       scikit_learn_impute.py --installed
writes the filled table into FOLDER/imputed
prints: seconds (shortest of some runs)
"""
import pathlib
import sys
import time
import warnings

import numpy
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer


def main():
    folder, n, d = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    x = numpy.fromfile(folder / "x").reshape(n, d)
    warnings.simplefilter("ignore")
    best, begin = numpy.inf, time.perf_counter()
    while True:
        then = time.perf_counter()
        filled = IterativeImputer(random_state=0).fit_transform(x)
        best = min(best, time.perf_counter() - then)
        if time.perf_counter() - begin > 3:
            break
    filled.tofile(folder / "imputed")
    print("seconds", best)


if __name__ == "__main__" and sys.argv[1] != "--installed":
    main()
