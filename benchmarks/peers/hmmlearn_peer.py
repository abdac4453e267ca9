"""hmmlearn's hidden Markov models (not in Debian), its scaled implementation, which is the fast one. One thread."""
import numpy
from hmmlearn import hmm

import peer


class HmmLearn:
    def __init__(self, problem, threads):
        self.problem = problem
        self.x = problem.x if problem.kind == "gaussian" else problem.x.astype(int)
        self.lengths = [problem.n // problem.sequences] * problem.sequences
        self.start = self.model(1)

    def model(self, iterations):
        p = self.problem
        common = dict(n_components=p.K, n_iter=iterations, tol=-numpy.inf, init_params="", implementation="scaling")
        if p.kind == "gaussian":
            m = hmm.GaussianHMM(covariance_type="diag", covars_prior=0, **common)
            m.means_, m.covars_ = p.emission, p.variances
        else:
            m = hmm.CategoricalHMM(n_features=p.M, **common)
            m.emissionprob_ = p.emission
        m.startprob_, m.transmat_ = p.initial, p.transition
        return m

    def fit(self, iterations):
        self.fitted = self.model(iterations).fit(self.x, self.lengths)

    def log_likelihood(self):
        return self.fitted.score(self.x, self.lengths)

    def score(self):
        self.start.score(self.x, self.lengths)

    def viterbi(self):
        self.start.decode(self.x, self.lengths)


if __name__ == "__main__":
    peer.main(HmmLearn)
