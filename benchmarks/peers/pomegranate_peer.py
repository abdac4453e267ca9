"""pomegranate's GeneralMixtureModel, version 0.14 (Debian: python3-pomegranate). Its threads are joblib's."""
import numpy
from pomegranate import (GeneralMixtureModel, IndependentComponentsDistribution, MultivariateGaussianDistribution,
                         NormalDistribution)

import peer


class Pomegranate:
    def __init__(self, problem, threads):
        self.problem, self.threads = problem, threads

    def component(self, mean, variances):
        if len(mean) == 1:
            return NormalDistribution(mean[0], variances[0] ** 0.5)
        if self.problem.kind == "full":
            return MultivariateGaussianDistribution(mean, numpy.diag(variances))
        return IndependentComponentsDistribution([NormalDistribution(m, v**0.5) for m, v in zip(mean, variances)])

    def fit(self, iterations):
        p = self.problem
        components = [self.component(mean, variances) for mean, variances in zip(p.emission, p.variances)]
        self.model = GeneralMixtureModel(components, weights=p.initial)
        self.model.fit(p.x, max_iterations=iterations, stop_threshold=-numpy.inf, n_jobs=self.threads)

    def log_likelihood(self):
        return self.model.log_probability(self.problem.x).sum()


if __name__ == "__main__":
    peer.main(Pomegranate)
