"""Recordings of what casebot says and does, against which a change that must change nothing is held.

A scenario is a short script: members and moderators at a virtual Discord, or lines typed into a terminal. What comes of
it is written as text into ``golden/NAME.txt``, and a test compares. Whoever changes what is said, or the FAQ, writes
the files again and reads the difference before it is committed::

    python -m tests.recordings --write

New scenarios go into :mod:`tests.recordings.scenarios`: a function with the decorator of its stage. Nothing here but
:mod:`tests.recordings.world` imports from ``bot``, so that modules can be moved and renamed and the recordings stay.
"""
