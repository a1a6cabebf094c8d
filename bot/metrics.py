"""Prometheus metrics. Labels have few possible values, and none of them is anything that a member wrote."""

import logging
from collections.abc import Iterator
from typing import Final, final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from bot.status import Status, StatusSource

BUCKETS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5)
"""Upper bounds, in seconds, for the time to match a message: about 1 ms, or 10 ms with a sentence model."""


@final
class Metrics:
    """The metrics of one bot."""

    def __init__(self) -> None:
        """Create all counters at zero."""
        self.registry: Final = CollectorRegistry()
        self.questions: Final = Counter(
            "casebot_questions", "Questions answered or not, by outcome and surface.", ["outcome", "surface"],
            registry=self.registry,
        )  # fmt: skip
        self.match_seconds: Final = Histogram(
            "casebot_match_seconds", "Time to look up one message.", buckets=BUCKETS, registry=self.registry
        )
        self._errors: Final = Counter(
            "casebot_errors", "Records of the log at level ERROR or above, by logger.", ["logger"],
            registry=self.registry,
        )  # fmt: skip
        ProcessCollector(registry=self.registry)

    def show(self, source: StatusSource) -> None:
        """Include the bot's status in the metrics.

        Args:
            source: returns the status; it is called at each scrape.
        """
        self.registry.register(_StatusCollector(source))

    def errors(self) -> logging.Handler:
        """Return a log handler that counts errors."""
        return _ErrorCounter(self._errors)

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format.

        See https://prometheus.io/docs/instrumenting/exposition_formats/
        """
        return generate_latest(self.registry)


@final
class _ErrorCounter(logging.Handler):
    def __init__(self, counter: Counter) -> None:
        super().__init__(logging.ERROR)
        self._counter: Final = counter

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self._counter.labels(record.name).inc()


@final
class _StatusCollector(Collector):
    """Reads the bot's status at each scrape."""

    def __init__(self, source: StatusSource) -> None:
        self._source: Final = source

    def describe(self) -> Iterator[Metric]:
        # Without this method, the registry would collect at registration, before the bot has started.
        return iter(())

    @override
    def collect(self) -> Iterator[Metric]:
        status = self._source()
        yield from _shards(status)
        yield GaugeMetricFamily("casebot_guilds", "Servers that the bot is in.", status.guilds)
        yield GaugeMetricFamily("casebot_entries", "Entries of the FAQ in use.", status.entries)
        yield GaugeMetricFamily(
            "casebot_knowledge_problems", "Problems of the knowledge files; 0 while they are in use.", status.problems
        )
        reloads = CounterMetricFamily("casebot_reloads", "Reloads of the knowledge files.", labels=["result"])
        reloads.add_metric(["used"], status.reloads)
        reloads.add_metric(["refused"], status.refused)
        yield reloads
        yield GaugeMetricFamily(
            "casebot_background_failing", "Background tasks that fail and are tried again.", len(status.failing)
        )
        yield GaugeMetricFamily("casebot_store_up", "Whether the store can be used.", not status.store.problem)
        yield GaugeMetricFamily("casebot_store_waiting", "Writes not in the database yet.", status.store.waiting)
        yield CounterMetricFamily("casebot_store_lost", "Writes given up.", status.store.lost)


def _shards(status: Status) -> Iterator[Metric]:
    up = GaugeMetricFamily("casebot_shard_up", "Whether the shard is connected to the gateway.", labels=["shard"])
    latency = GaugeMetricFamily(
        "casebot_gateway_latency_seconds", "From a heartbeat to its acknowledgement.", labels=["shard"]
    )
    for shard in status.shards:
        up.add_metric([str(shard.id)], shard.connected)
        if shard.latency is not None:
            latency.add_metric([str(shard.id)], shard.latency)
    yield up
    yield latency
