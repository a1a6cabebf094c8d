"""How fast the matcher is, beside rapidfuzz: ``python -m tests.benchmarks``, see docs/benchmarks.md."""

import os

# Read by numpy's linear algebra when it is loaded: all is measured on one thread.
os.environ.update(dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1"))
