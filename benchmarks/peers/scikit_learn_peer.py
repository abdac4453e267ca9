"""scikit-learn's GaussianMixture (Debian: python3-sklearn). Its threads are those of NumPy's BLAS."""
import warnings

import numpy
from sklearn.mixture import GaussianMixture

import peer


class ScikitLearn:
    def __init__(self, problem, threads):
        self.problem = problem

    def fit(self, iterations):
        p = self.problem
        precisions = 1 / p.variances
        if p.kind == "full":
            precisions = [diagonal * numpy.eye(p.d) for diagonal in precisions]
        self.model = GaussianMixture(
            p.K, covariance_type={"full": "full", "diagonal": "diag"}[p.kind], tol=0, reg_covar=0,
            max_iter=iterations, init_params="random", random_state=0, weights_init=p.initial,
            means_init=p.emission, precisions_init=precisions)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it has not converged
            self.model.fit(p.x)

    def log_likelihood(self):
        return self.model.score(self.problem.x) * self.problem.n


if __name__ == "__main__":
    peer.main(ScikitLearn)
