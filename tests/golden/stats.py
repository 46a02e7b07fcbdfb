"""Writes stats_cases.txt and stats_cases.h: what jax.scipy.stats gives, for tests/test_stats.c; see
numpy_functions.py. Each function of each distribution is called with its parameters and, where it has
them, with loc and scale.

A case has the derivatives that JAX has: it cannot differentiate igamma twice with respect to a, and betainc not
at all with respect to a and b. PLAIN names those that are NaN or lose digits there.
"""
import os

import jax
import jax.numpy as jnp
import jax.scipy.stats as stats
import numpy as np

import numpy_functions as nf

nf.CASES.clear()
HEADER = []


def of(*v):
    return np.array(v, np.float32)


def ints(*v):
    return np.array(v, np.int32)


def case(name, call, fn, *inputs, grad=True, x64=True):
    HEADER.append((name, len(inputs), call))
    nf.case(name, fn, *inputs, grad=grad, x64=x64)


X = of(-3.3, -0.6, 0.2, 1.4, 2.7)
Q = of(0.03, 0.3, 0.62, 0.97)
A, B = of(0.7), of(2.4)
LOC, SCALE = of(0.25), of(1.7)
K = ints(-1, 0, 1, 2, 4, 7).astype(np.float32)
MOVED = "norm cauchy laplace logistic gumbel_l gumbel_r uniform expon pareto gamma chi2 beta t truncnorm".split()
SHAPES = dict(pareto=(of(1.6),), gamma=(B,), chi2=(of(3.3),), beta=(B, of(1.3)), t=(of(3.5),),
              truncnorm=(of(-1.2), of(0.9)), gennorm=(of(1.4),), vonmises=(of(1.8),), wrapcauchy=(of(0.4),),
              bernoulli=(of(0.3),), binom=(of(5), of(0.3)), betabinom=(of(5), A, B), geom=(of(0.3),),
              nbinom=(of(3.5), of(0.4)), poisson=(of(2.7),))
INSIDE = dict(pareto=of(2.2, 3.1, 5), gamma=of(0.4, 1.5, 6), chi2=of(0.4, 1.5, 6), expon=of(0.4, 1.5, 6),
              beta=of(0.3, 0.6, 0.9), uniform=of(0.3, 0.6, 0.9), wrapcauchy=of(0.3, 3, 6.1), truncnorm=of(-1, 0.3, 0.8))
OUTSIDE = of(-2, 0, 0.5, 1, 2.5, 7)
PLAIN = "poisson_entropy truncnorm_logcdf truncnorm_cdf truncnorm_logsf truncnorm_sf".split()
NAMES = "xyzuv"

for d in dir(stats):
    module = getattr(stats, d)
    if type(module).__name__ != "module" or d in ("dirichlet", "multinomial", "multivariate_normal"):
        continue
    for f in [n for n in dir(module) if n[0] != "_"]:
        fn, name = getattr(module, f), f"{d}_{f}"
        shapes = SHAPES.get(d, ())
        discrete = d in "bernoulli binom betabinom geom nbinom poisson".split()
        x = Q if f in ("ppf", "isf") else K if discrete else INSIDE.get(d, X)
        first = () if f == "entropy" else (x,)
        if f == "entropy":
            shapes = (of(0, 0.3, 2.7, 40, 250),)
        args = first + shapes
        call = f"jac_{name}({', '.join(NAMES[:len(args)])})"
        case(name, call, fn, *args, grad=name not in PLAIN and not discrete)
        if d in INSIDE and f[-3:] != "ppf":
            case(name + "_outside", call, fn, OUTSIDE, *shapes, grad=False, x64=False)
        if d in MOVED:
            args += (LOC, SCALE)
            call = f"jac_{name}({', '.join(NAMES[:len(args)])})"
            case(name + "_moved", call, fn, *args, grad=name not in PLAIN, x64=False)
        elif discrete and f in ("logpmf", "pmf"):
            call = f"jac_{name}({', '.join(NAMES[:len(args) + 1])})"
            case(name + "_moved", call, fn, *args, of(1), grad=False, x64=False)

P3 = of(0.2, 0.5, 0.3)
case("norm_broadcast", "jac_norm_logpdf(x, y, z)", stats.norm.logpdf, X[:, None], of(0.1, 2), of(1, 3))
case("norm_ints", "jac_norm_logpdf(x, y)", stats.norm.logpdf, ints(0, 1, 2), ints(1))
case("dirichlet_logpdf", "jac_dirichlet_logpdf(x, y)", stats.dirichlet.logpdf, P3, of(1.5, 2, 0.7), grad=False)
case("dirichlet_batch", "jac_dirichlet_logpdf(x, y)", stats.dirichlet.logpdf, of([0.2, 0.3], [0.5, 0.6], [0.3, 0.4]),
     of(1.5, 2, 0.7), grad=False)
case("dirichlet_pdf", "jac_dirichlet_pdf(x, y)", stats.dirichlet.pdf, of(0.2, 0.5), of(1.5, 2, 0.7))
case("multinomial_logpmf", "jac_multinomial_logpmf(x, y, z)", stats.multinomial.logpmf, ints(1, 3, 0), ints(4)[0], P3)
case("multinomial_pmf", "jac_multinomial_pmf(x, y, z)", stats.multinomial.pmf, ints(1, 3, 0), ints(4)[0], P3)
case("multinomial_not", "jac_multinomial_logpmf(x, y, z)", stats.multinomial.logpmf, ints(1, 3, 1), ints(4)[0], P3,
     grad=False)
COV = of([2, 0.3, 0], [0.3, 1, -0.2], [0, -0.2, 0.7])
MEAN = of(0.5, -1, 2)
mvn = stats.multivariate_normal
case("mvn_logpdf", "jac_multivariate_normal_logpdf(x, y, z)", mvn.logpdf, of(0.1, 0.2, 1.5), MEAN, COV)
case("mvn_batch", "jac_multivariate_normal_logpdf(x, y, z)", mvn.logpdf, of([0.1, 0.2, 1.5], [1, -1, 2]), MEAN, COV)
case("mvn_pdf", "jac_multivariate_normal_pdf(x, y, z)", mvn.pdf, of(0.1, 0.2, 1.5), MEAN, COV)
case("mvn_scalar", "jac_multivariate_normal_logpdf(x, y, z)", mvn.logpdf, X, np.float32(0.3), np.float32(1.7))
case("mvn_sphere", "jac_multivariate_normal_logpdf(x, y, z)", mvn.logpdf, of([0.1, 0.2, 1.5], [1, -1, 2]), MEAN,
     np.float32(1.7))
M = ints([3, 1, 2], [1, 1, 2], [3, 2, 2], [1, 5, 4])
case("mode", "jac_mode(x).mode", lambda x: stats.mode(x).mode, M)
case("mode_count", "jac_mode(x, .axis = 1, .keepdims = true).count",
     lambda x: stats.mode(x, axis=1, keepdims=True).count, M)
case("mode_all", "jac_mode(x, .axis = JAC_NONE).mode", lambda x: stats.mode(x, axis=None).mode, M)
case("mode_nan", "jac_mode(x).mode", lambda x: stats.mode(x).mode, of(np.nan, 1, np.nan, 2), grad=False)
S = of([3, 1, 2.5], [1, 1.5, 2], [3, 2, -2], [1, 5, 4])
case("sem", "jac_sem(x)", stats.sem, S)
case("sem_all", "jac_sem(x, .axis = JAC_NONE, .ddof = 0)", lambda x: stats.sem(x, axis=None, ddof=0), S)
case("sem_keepdims", "jac_sem(x, .axis = -1, .keepdims = true)", lambda x: stats.sem(x, axis=-1, keepdims=True), S)
case("sem_omit", "jac_sem(x, .omit_nan = true)", lambda x: stats.sem(x, nan_policy="omit"),
     of([3, np.nan], [1, 2], [0, 4], [np.nan, 5]), grad=False)
DATA, DATA2 = of(-1.2, 0.3, 0.4, 2.1, 3), of([-1.2, 0.3, 0.4, 2.1, 3], [0.5, -0.2, 1.7, 1, 0.1])
W = of(1, 2, 0.5, 1, 1)
kde = stats.gaussian_kde
case("kde_pdf", "jac_kde_pdf(jac_gaussian_kde(x), y)", lambda x, y: kde(x).pdf(y), DATA, of(-1, 0, 2.5))
case("kde_logpdf", "jac_kde_logpdf(jac_gaussian_kde(x, .weights = z), y)",
     lambda x, y, w: kde(x, weights=w).logpdf(y), DATA2, of([-1, 0, 2.5], [0.3, 0.1, 1]), W)
case("kde_silverman", "jac_kde_pdf(jac_gaussian_kde(x, .bw_method = \"silverman\"), y)",
     lambda x, y: kde(x, "silverman").pdf(y), DATA2, of(0.2, 0.3))
case("kde_bandwidth", "jac_kde_pdf(jac_gaussian_kde(x, .bandwidth = 0.4), y)",
     lambda x, y: kde(x, 0.4).pdf(y), DATA, of(-1, 0, 2.5))
case("kde_covariance", "jac_gaussian_kde(x, .weights = y).covariance", lambda x, w: kde(x, weights=w).covariance, DATA2, W)
case("kde_box", "jac_kde_integrate_box_1d(jac_gaussian_kde(x), y, z)",
     lambda x, a, b: jnp.sum(kde(x).weights * 0) + kde(x).integrate_box_1d(a, b), DATA, np.float32(-0.5),
     np.float32(1.5), grad=False)
case("kde_gaussian", "jac_kde_integrate_gaussian(jac_gaussian_kde(x), y, z)",
     lambda x, m, c: kde(x).integrate_gaussian(m, c), DATA2, of(0.3, 0.2), of([1, 0.2], [0.2, 0.6]), grad=False)
case("kde_kde", "jac_kde_integrate_kde(jac_gaussian_kde(x), jac_gaussian_kde(y))",
     lambda x, y: kde(x).integrate_kde(kde(y)), DATA2, of([0.3, 0.2, 1], [1, 2, -1]), grad=False)


def run(name, fn, inputs, grad):
    try:
        return nf.run(name, fn, inputs, grad)
    except (NotImplementedError, TypeError, ValueError):
        pass
    lines = nf.run(name, fn, inputs, False)
    x = [jnp.asarray(v) for v in inputs]
    y = fn(*x)
    try:
        grads = jax.grad(lambda *x: (fn(*x) * nf.ramp(y)).sum(), argnums=tuple(range(len(x))))(*x)
        return lines + [nf.line("grad", v) for v in grads]
    except (NotImplementedError, TypeError, ValueError):
        return lines


if __name__ == "__main__":
    lines = []
    for name, fn, inputs, grad, x64 in nf.CASES:
        if not x64 or name in ("norm_ints", "mode", "mode_count", "mode_all"):
            lines += run(name, fn, inputs, grad)
    wide = 0
    with jax.enable_x64(True):
        for name, fn, inputs, grad, x64 in nf.CASES:
            if x64 and name not in ("norm_ints", "mode", "mode_count", "mode_all"):
                wide += 1
                lines += run(name + " x64", fn, [nf.widen(x) if x.dtype == np.float32 else x for x in inputs], grad)
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "stats_cases.txt"), "w") as out:
        out.write("\n".join(lines) + "\n")
    with open(os.path.join(here, "..", "stats_cases.h"), "w") as out:
        out.write("/* The calls of jacquard/stats.h that are compared with JAX: a name of a case in\n"
                  " * tests/golden/stats_cases.txt, the number of its arrays (x, y, z, u, v), and the call.\n"
                  " * tests/golden/stats.py writes this file. */\n"
                  "#ifndef JACQUARD_TESTS_STATS_CASES_H\n#define JACQUARD_TESTS_STATS_CASES_H\n\n// clang-format off\n"
                  "#define STATS_CASES(X) \\\n")
        out.write(" \\\n".join(f"    X({n}, {k}, {c})" for n, k, c in HEADER))
        out.write(f"\n/* How many of them are cases of doubles. */\n#define STATS_CASES_WIDE {wide}\n// clang-format on\n\n#endif\n")
