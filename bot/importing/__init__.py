"""FAQs that a community has already, as entries: files -> frozen rows -> a merge with a knowledge folder -> its files.

The parsers (:mod:`~bot.importing.markdown`, :mod:`~bot.importing.sheet`, :mod:`~bot.importing.page`) and the merge are
pure; :mod:`~bot.importing.folder` reads and writes.
"""
