# The lines of Python in docs/saving.md, run: models of scikit-learn in latent, and back. Usage: exchange.py SAVING.md SCHEMA
# FIT_MIXTURE DATA.csv
import json
import pathlib
import re
import subprocess
import sys
import types
import warnings

import numpy as np
from sklearn.mixture import GaussianMixture

page, schema, fit_mixture, data = sys.argv[1:5]
exec(re.search(r"^```python\n(.*?)^```$", pathlib.Path(page).read_text(), re.S | re.M).group(1))
x = np.loadtxt(data, delimiter=",", skiprows=1)
folder = pathlib.Path("exchange")
folder.mkdir(exist_ok=True)


def run(program, *arguments):
    subprocess.run([program, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def check_close(a, b, what):
    assert a.shape == b.shape and np.abs(a - b).max() <= 1e-9 * np.abs(b).max(), (what, np.abs(a - b).max())


def valid(path):
    try:
        import jsonschema
    except ImportError:
        return
    jsonschema.validate(json.loads(path.read_text()), json.loads(pathlib.Path(schema).read_text()))


for kind in NAMES:
    for d in (1, 2):
        part = folder / "part.csv"
        np.savetxt(part, x[:, :d], delimiter=",")
        theirs = GaussianMixture(2, covariance_type=kind, random_state=1).fit(x[:, :d])
        path, out = folder / f"{kind}{d}.json", folder / f"{kind}{d}"
        write(path, from_sklearn(theirs))
        valid(path)
        run(fit_mixture, part, "--load", path, "--predict", "--out", out)
        check_close(np.loadtxt(out / "scores.csv"), theirs.score_samples(x[:, :d]), (kind, d, "scores"))
        assert (np.loadtxt(out / "labels.csv") == theirs.predict(x[:, :d])).all()

        ours = folder / f"ours{kind}{d}.json"
        run(fit_mixture, part, "--components", 3, "--covariance", NAMES[kind], "--save", ours, "--out", out)
        valid(ours)
        back = to_sklearn(ours)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            check_close(back.score_samples(x[:, :d]), np.loadtxt(out / "scores.csv"), (kind, d, "back"))

# An object with the attributes of hmmlearn's GaussianHMM.
theirs = GaussianMixture(2, random_state=1).fit(x)
chain = types.SimpleNamespace(startprob_=np.array([1.0, 0.0]), transmat_=np.array([[0.9, 0.1], [0.2, 0.8]]), means_=theirs.means_,
                              covars_=theirs.covariances_)
path = folder / "hmm.json"
write(path, from_hmmlearn(chain))
valid(path)
value = json.loads(path.read_text())["value"]
assert value["chain"]["transition"] == [[0.9, 0.1], [0.2, 0.8]] and value["emission"]["type"] == "Gaussian full"
