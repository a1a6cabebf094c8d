"""casebot: answers a community's questions about one legal case from a curated, cited FAQ."""

import os

# Before numpy is first imported, which reads it once. The matcher multiplies small matrices: for those, waking and
# waiting for a second thread costs more than it saves, and several times as much on a machine that is busy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
