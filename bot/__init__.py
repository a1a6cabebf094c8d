"""casebot: answers a community's questions from a curated, cited FAQ."""

import os

# Set before numpy is imported, which reads it only once. The matcher multiplies small matrices, for which starting and
# awaiting a second thread costs more than it saves, and several times more on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
