/**
 * Metrics as text, for Prometheus and OpenMetrics. Counters kept elsewhere are exported as they are. The only thing measured
 * here is how late the main thread was.
 */
import { Counter, Gauge, Histogram, Registry, type RegistryContentType } from 'prom-client';
import { METRIC_FAMILIES, type MetricFacts, type MetricFamily, type Sample } from './families.js';

export interface Metrics {
  /** The media type and the text for a client with this Accept header. */
  render(facts: MetricFacts, accept: string): Promise<{ readonly type: string; readonly body: string }>;
  /** Records the longest delay of the main thread within a second, in seconds. */
  delayed(seconds: number): void;
}

export function createMetrics(): Metrics {
  const delays = new Histogram({
    name: 'geopool_event_loop_delay_seconds',
    help: 'The longest that the main thread, which probes and judges, was late in each second.',
    buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers: [],
  });
  return {
    delayed: (seconds) => delays.observe(seconds),
    async render(facts, accept) {
      const registry = new Registry<RegistryContentType>();
      if (accept.includes('application/openmetrics-text')) {
        registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
      }
      registry.registerMetric(delays);
      for (const family of METRIC_FAMILIES) register(family, facts, registry);
      return { type: registry.contentType, body: await registry.metrics() };
    },
  };
}

function register(
  { type, name, help, samples }: MetricFamily,
  facts: MetricFacts,
  registry: Registry<RegistryContentType>,
): void {
  const found = samples(facts);
  const list: readonly Sample[] = typeof found === 'number' ? [[{}, found]] : found;
  const [first] = list;
  if (first === undefined) return;
  const options = { name, help, labelNames: Object.keys(first[0]), registers: [registry] };
  if (type === 'counter') {
    const counter = new Counter(options);
    for (const [labels, value] of list) counter.inc(labels, value);
  } else {
    const gauge = new Gauge(options);
    for (const [labels, value] of list) gauge.set(labels, value);
  }
}
