"""Discord on 127.0.0.1: enough of its REST interface and gateway for the unmodified discord.py, with faults on demand.

:class:`~tests.wire.server.Wire` is the whole; tests take it from the fixture ``wire``, other processes are pointed at
its address (:mod:`tests.wire.client`).
"""
